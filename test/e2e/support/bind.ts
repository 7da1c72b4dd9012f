import { Resolver } from 'node:dns/promises'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from '../../support/start-process.ts'
import { atTheEnd } from './at-the-end.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { tool } from './tool.ts'

/** The name server of BIND. */
export const named = await tool('named')

export interface Bind {
  readonly port: number
  /** Asks it, and nobody else. */
  readonly resolver: Resolver
}

/**
 * A real BIND with the zone `example.com`, on a port of 127.0.0.1, until the file's tests have run.
 *
 * @param secret of the key `registry-key`, in Base64, by which records may be changed (RFC 2136); without it, by nobody
 * @param records further lines of the zone
 */
export async function startBind({ secret, records = '' }: { secret?: string; records?: string } = {}): Promise<Bind> {
  const [parent, port] = await Promise.all([temporaryFolder(), freePort()])
  const folder = join(parent, 'named')
  await mkdir(folder)
  await writeFile(
    join(folder, 'zone'),
    `$TTL 60
@ IN SOA ns.example.com. admin.example.com. 1 60 60 60 60
@ IN NS ns
ns IN A 127.0.0.1
${records}`,
  )
  await writeFile(
    join(folder, 'named.conf'),
    `options {
  directory "${folder}"; pid-file "${folder}/pid"; session-keyfile "${folder}/key"; managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
};
controls {};
${secret ? `key "registry-key" { algorithm hmac-sha256; secret "${secret}"; };` : ''}
zone "example.com" { type primary; file "zone"; ${secret ? 'allow-update { key "registry-key"; };' : ''} };
`,
  )
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  const server = await startProcess({
    file: named.path,
    args: ['-g', '-n', '1', '-c', join(folder, 'named.conf')],
    env: {},
    ready: () =>
      resolver.resolve4('ns.example.com').then(
        () => true,
        () => false,
      ),
  })
  atTheEnd(() => server.stop())
  return { port, resolver }
}
