import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../support/run.ts'
import { tool } from '../../support/tool.ts'

/** What `suite` asks for. */
export const openssl = await tool('openssl')

export interface Authority {
  /** Its certificate, for clients to trust. */
  readonly file: string
  /** Signs a certificate for localhost, 127.0.0.1 and other addresses, or of a client. @returns the chain and the key, in files of their own */
  sign(name: string, ...addresses: readonly string[]): Promise<{ cert: string; key: string }>
}

/** An authority of the suite's own, in a folder. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const [file, key] = [join(folder, 'ca.crt'), join(folder, 'ca.key')]
  const openSsl = (...args: string[]) => run(openssl.path, args)
  const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openSsl('req', '-x509', ...elliptic, '-keyout', key, '-out', file, '-days', '2', '-subj', '/CN=authority of this test')

  return {
    file,
    async sign(name, ...addresses) {
      const own = (extension: string) => join(folder, `${name}.${extension}`)
      await openSsl('req', '-new', ...elliptic, '-keyout', own('key'), '-out', own('csr'), '-subj', `/CN=${name}`)
      const names = ['DNS:localhost', ...['127.0.0.1', ...addresses].map(address => `IP:${address}`)].join()
      await writeFile(own('ext'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`)
      const by = ['-CA', file, '-CAkey', key, '-CAcreateserial', '-days', '1', '-extfile', own('ext')]
      await openSsl('x509', '-req', '-in', own('csr'), ...by, '-out', own('crt'))
      return { cert: own('crt'), key: own('key') }
    },
  }
}

/** Puts a file in the place of another at once, as certbot's links are turned. */
export async function replace(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
