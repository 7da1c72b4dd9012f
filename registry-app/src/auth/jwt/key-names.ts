import { hash, type KeyObject } from 'node:crypto'

/**
 * By which names (`kid`) a token may call a key that was given without one:
 *
 * - its thumbprint (RFC 7638), which Distribution 3 goes by. Distribution leaves out the zeros that a coordinate of an elliptic curve begins with, in
 *   one key of 128; so both spellings count.
 * - its fingerprint by libtrust, which Distribution 2 went by, and token servers of that time still send.
 */
export function keyNames(key: KeyObject): readonly string[] {
  return [...new Set([thumbprint(key, text => text), thumbprint(key, withoutZeros), libtrustFingerprint(key)])]
}

/** The members that count for each kind, in the order of their names (RFC 7638, section 3.2). */
const counted: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

function thumbprint(key: KeyObject, coordinate: (text: string) => string): string {
  const jwk = key.export({ format: 'jwk' }) as Readonly<Record<string, string>>
  const members = (counted[jwk.kty ?? ''] ?? []).map(name => {
    const text = jwk[name] ?? ''
    return [name, jwk.kty === 'EC' && (name === 'x' || name === 'y') ? coordinate(text) : text]
  })
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url')
}

function withoutZeros(coordinate: string): string {
  const bytes = Buffer.from(coordinate, 'base64url')
  const first = bytes.findIndex(byte => byte !== 0)
  return bytes.subarray(Math.max(first, 0)).toString('base64url')
}

/** `ABCD:EFGH:…`: 240 bits of the key's hash in base32 (https://github.com/docker/libtrust, `util.go`). */
function libtrustFingerprint(key: KeyObject): string {
  const digest = hash('sha256', key.export({ format: 'der', type: 'spki' }), 'buffer').subarray(0, 30)
  const bits = [...digest].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.replace(/.{5}/g, five => base32.charAt(Number.parseInt(five, 2)))
  return letters.match(/.{4}/g)?.join(':') ?? ''
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
