import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { type Certificate, CertificateError, type CertificateFacts, type PemPair } from './certificates.ts'

/**
 * Makes a pair ready to be served.
 *
 * @param options what every connection is held to (`tls-options.ts`)
 * @throws CertificateError if it holds no certificate, no key, or a key of another certificate
 */
export function loadCertificate(pair: PemPair, options: SecureContextOptions): Certificate {
  const [leaf] = readChain(pair.cert)
  if (!leaf) throw new CertificateError('holds no certificate: it must be PEM, with -----BEGIN CERTIFICATE-----')
  if (!leaf.checkPrivateKey(readKey(pair.key))) {
    throw new CertificateError('does not belong to the private key: the key must be the one that the certificate was requested with')
  }
  // Asked for here: what serves plain HTTP need not load it (15 ms).
  const { createSecureContext } = process.getBuiltinModule('node:tls')
  return { facts: factsOf(leaf), context: createSecureContext({ ...options, ...pair }), pair }
}

/** All certificates of a PEM text, the server's own first. @throws CertificateError if one of them cannot be read */
export function readChain(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      throw new CertificateError(`holds a certificate (number ${index + 1}) that cannot be read`, { cause })
    }
  })
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const reason = pem.includes('ENCRYPTED') ? 'is behind a password, which nobody could type here: decrypt it' : 'cannot be read as PEM'
    throw new CertificateError(`comes with a private key that ${reason}`, { cause })
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    names: namesOf(certificate.subjectAltName),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    serial: certificate.serialNumber,
  }
}

/** Node.js writes `DNS:example.com, IP Address:127.0.0.1`, and what could be misread in quotes. */
const namesOf = (written: string | undefined) =>
  (written ?? '').split(', ').flatMap(each => /^(?:DNS|IP Address):([^"]+)$/.exec(each)?.[1] ?? [])
