import { type KeyObject, X509Certificate } from 'node:crypto'
import { TokenRefused } from '../bearer-gate.ts'
import { certificateFields } from './certificate-fields.ts'

/** A chain has three certificates or four. */
const mostCertificates = 10
/** Certificates that vouch for each other in circles would have no end; Go's limit. */
const mostChecks = 100

/** By MD5 or SHA-1, which can be forged: object identifiers of RSA with either, and of ECDSA with SHA-1. */
const weak = ['2a864886f70d010104', '2a864886f70d010105', '2a8648ce3d0401']

/** Critical ones that say nothing against a key that signs tokens: how it may be used, and by which names. */
const harmless = ['551d25', '551d11']

/**
 * The key of the first certificate of a token's chain (`x5c`), if one of the roots vouches for it: by the rules of RFC 5280, section 6, as Go has them
 * (`x509.Certificate.Verify` for any usage), which Distribution relies on. Stricter in one thing: names are not constrained here, so a chain with
 * critical constraints of names is refused.
 *
 * @param chain in base64, the signing one first
 * @param time milliseconds since 1970
 * @throws TokenRefused
 */
export function verifyChain(chain: readonly unknown[], roots: readonly X509Certificate[], time: number): KeyObject {
  if (chain.length > mostCertificates) throw new TokenRefused(`the token has more than ${mostCertificates} certificates`)
  const [leaf, ...intermediates] = chain.map(read)
  if (!leaf || !isTimely(leaf, time) || certificateFields(leaf).critical.some(id => !harmless.includes(id))) throw untrusted()
  let checks = 0

  /** @param below how many stand between it and the first */
  function leadsToRoot(certificate: X509Certificate, below: number, used: readonly X509Certificate[]): boolean {
    if (roots.some(root => root.raw.equals(certificate.raw))) return true
    const isIssuer = (issuer: X509Certificate) =>
      certificate.checkIssued(issuer) &&
      isTimely(issuer, time) &&
      mayVouch(issuer, below) &&
      ++checks <= mostChecks &&
      isSigned(certificate, issuer)
    if (roots.some(isIssuer)) return true
    return intermediates.some(issuer => !used.includes(issuer) && isIssuer(issuer) && leadsToRoot(issuer, below + 1, [...used, issuer]))
  }

  if (!leadsToRoot(leaf, 0, [])) throw untrusted()
  return leaf.publicKey
}

const untrusted = () => new TokenRefused('nobody who is trusted vouches for the certificate of the token')

function read(encoded: unknown): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(String(encoded), 'base64'))
  } catch (cause) {
    throw new TokenRefused('a certificate of the token cannot be read', { cause })
  }
}

const isTimely = ({ validFrom, validTo }: X509Certificate, time: number) => time >= Date.parse(validFrom) && time <= Date.parse(validTo)

function mayVouch(issuer: X509Certificate, below: number): boolean {
  const { constraints, maySign, critical } = certificateFields(issuer)
  return constraints?.authority === true && below <= constraints.longestPath && maySign && critical.every(id => harmless.includes(id))
}

function isSigned(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return !weak.includes(certificateFields(certificate).signedBy) && certificate.verify(issuer.publicKey)
}
