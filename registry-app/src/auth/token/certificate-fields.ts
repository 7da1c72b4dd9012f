import type { X509Certificate } from 'node:crypto'

/** What a certificate says that Node.js does not tell, and whether it may vouch for others depends on (RFC 5280, section 4.2.1). */
export interface CertificateFields {
  /** The object identifier of how it is signed, in hexadecimal. */
  readonly signedBy: string
  /** What `basicConstraints` says; absent: it is not there. */
  readonly constraints: { readonly authority: boolean; readonly longestPath: number } | undefined
  /** Whether `keyUsage` leaves room for signing certificates, as it does where it is not there. */
  readonly maySign: boolean
  /** The object identifiers, in hexadecimal, of critical extensions that are neither of those. */
  readonly critical: readonly string[]
}

/** One value of DER, with what is in it. */
interface Element {
  readonly tag: number
  readonly content: Buffer
}

const sequence = 0x30
const extensionsTag = 0xa3
const [boolean, integer, bitString, octetString] = [0x01, 0x02, 0x03, 0x04]
const basicConstraints = '551d13'
const keyUsage = '551d0f'
/** `keyCertSign`, the sixth of its bits. */
const certSign = 0x04

/** @throws RangeError where that is no DER: Node.js has read the certificate, so it is */
export function certificateFields({ raw }: X509Certificate): CertificateFields {
  const [outer] = elements(raw)
  const [signed, algorithm] = elements(outer?.content)
  const signedBy = elements(algorithm?.content)[0]?.content.toString('hex') ?? ''
  const list = elements(signed?.content).find(({ tag }) => tag === extensionsTag)
  const extensions = elements(elements(list?.content)[0]?.content).map(({ content }) => extensionIn(content))
  const contentOf = (name: string) => extensions.find(({ id }) => id === name)?.value
  const usage = elements(contentOf(keyUsage)).find(({ tag }) => tag === bitString)?.content
  return {
    signedBy,
    constraints: constraintsIn(contentOf(basicConstraints)),
    // The first byte says how many bits are not used.
    maySign: usage === undefined || ((usage[1] ?? 0) & certSign) !== 0,
    critical: extensions.filter(({ critical, id }) => critical && id !== basicConstraints && id !== keyUsage).map(({ id }) => id),
  }
}

function extensionIn(content: Buffer): { id: string; critical: boolean; value: Buffer | undefined } {
  const [id, ...rest] = elements(content)
  return {
    id: id?.content.toString('hex') ?? '',
    critical: rest.some(({ tag, content: flag }) => tag === boolean && flag[0] !== 0),
    value: rest.find(({ tag }) => tag === octetString)?.content,
  }
}

function constraintsIn(value: Buffer | undefined): CertificateFields['constraints'] {
  if (!value) return undefined
  const members = elements(elements(value).find(({ tag }) => tag === sequence)?.content)
  const longest = members.find(({ tag }) => tag === integer)?.content
  return {
    authority: members.some(({ tag, content }) => tag === boolean && content[0] !== 0),
    longestPath: longest === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(longest.toString('hex') || '0', 16),
  }
}

function elements(bytes: Buffer | undefined): Element[] {
  const found: Element[] = []
  for (let at = 0; bytes && at < bytes.length; ) {
    const tag = bytes.readUInt8(at)
    const first = bytes.readUInt8(at + 1)
    const more = first < 0x80 ? 0 : first & 0x7f
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more)
    const start = at + 2 + more
    if (start + length > bytes.length) throw new RangeError('the certificate is cut short')
    found.push({ tag, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return found
}
