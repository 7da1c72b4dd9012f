import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * What clients will object to, though it can be served.
 *
 * @param chain the server's own certificate, then those of the authorities
 * @param name by which clients reach it (`http.host`), if it is known
 */
export function chainWarnings(chain: readonly X509Certificate[], name: string | undefined): string[] {
  const [leaf] = chain
  if (!leaf) return []
  const warnings: string[] = []
  const covered = leaf.subjectAltName ?? 'no name'
  if (name !== undefined && !covers(leaf, name)) {
    warnings.push(`it is not for ${name}, the name in http.host, but for ${covered}: clients will refuse it`)
  }
  for (const [index, certificate] of chain.entries()) {
    const next = chain[index + 1]
    if (next && !certificate.checkIssued(next)) {
      warnings.push(
        `certificate ${index + 1} of the file was not issued by the one that follows it: put the server's first, then its issuer, and so on`,
      )
    }
  }
  if (chain.length === 1 && !leaf.checkIssued(leaf)) {
    warnings.push(
      'it comes without the chain behind it: clients that do not know its issuer will refuse it; use the file that has both (fullchain.pem)',
    )
  }
  return warnings
}

function covers(certificate: X509Certificate, name: string): boolean {
  const address = /^\[(.*)\]$/.exec(name)?.[1] ?? name
  return (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(name)) !== undefined
}
