import { X509Certificate } from 'node:crypto'

/**
 * The name by which an authority is asked when to renew a certificate (RFC 9773, section 4.1): key identifier of the authority, a dot, serial number.
 *
 * @returns `undefined` where the certificate does not say which key of the authority signed it
 */
export function certificateId(pem: string): string | undefined {
  const der = new X509Certificate(pem).raw
  const [certificate] = elements(der)
  const [body] = certificate ? elements(certificate.content) : []
  if (!body) return undefined
  const fields = elements(body.content)
  // RFC 5280, section 4.1: the version comes first, in a tag of its own; the extensions last, in another.
  const serial = fields.find(({ tag }) => tag === tags.integer)
  const extensions = fields.find(({ tag }) => tag === tags.extensions)
  const keyIdentifier = extensions && authorityKey(extensions.content)
  return serial && keyIdentifier && `${keyIdentifier.toString('base64url')}.${serial.content.toString('base64url')}`
}

/** RFC 5280, section 4.2.1.1: a sequence whose first part may be the identifier of the key. */
function authorityKey(extensions: Buffer): Buffer | undefined {
  const [list] = elements(extensions)
  for (const { content } of list ? elements(list.content) : []) {
    const parts = elements(content)
    if (!parts[0]?.content.equals(authorityKeyIdentifier)) continue
    const [identifier] = elements(parts.at(-1)?.content ?? Buffer.alloc(0))
    return identifier && elements(identifier.content).find(({ tag }) => tag === tags.keyIdentifier)?.content
  }
  return undefined
}

/** 2.5.29.35 */
const authorityKeyIdentifier = Buffer.from([0x55, 0x1d, 0x23])

const tags = { integer: 0x02, extensions: 0xa3, keyIdentifier: 0x80 }

/** The elements of a DER text (ITU-T X.690, section 8.1), one after the other; Node.js has checked the certificate, so that they are well formed. */
function elements(der: Buffer): { tag: number; content: Buffer }[] {
  const found: { tag: number; content: Buffer }[] = []
  for (let at = 0; at + 2 <= der.length; ) {
    const tag = der[at] ?? 0
    const first = der[at + 1] ?? 0
    const lengthBytes = first < 0x80 ? 0 : first - 0x80
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
    const begin = at + 2 + lengthBytes
    found.push({ tag, content: der.subarray(begin, begin + length) })
    at = begin + length
  }
  return found
}
