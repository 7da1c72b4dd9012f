import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atTheEnd } from '../../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../../support/registry-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type Authority, makeAuthority, replace } from './certificates.ts'

export interface SecureRegistry {
  readonly server: RegistryServer
  readonly folder: string
  readonly authority: Authority
  /** Puts a new certificate, of this name, in the place of the one that is served. */
  renew(name: string): Promise<void>
}

/** A registry with a certificate of an authority of its own. To be called in `beforeAll`. */
export async function secureRegistry(http: Record<string, unknown> = {}, tls: Record<string, unknown> = {}): Promise<SecureRegistry> {
  const folder = await temporaryFolder()
  const authority = await makeAuthority(folder)
  const [certificate, key] = [join(folder, 'served.pem'), join(folder, 'served.key')]
  const renew = async (name: string) => {
    const signed = await authority.sign(name)
    await replace(key, await readFile(signed.key))
    await replace(certificate, Buffer.concat([await readFile(signed.cert), await readFile(authority.file)]))
  }
  await renew('first')
  const server = await startServer({ folder, config: { http: { ...http, tls: { certificate, key, ...tls } } } })
  atTheEnd(() => server.stop())
  return { server, folder, authority, renew }
}
