/** A name and a password, as they were sent. */
export interface Pair {
  readonly name: string
  readonly password: Uint8Array
}

/** What stands behind `Basic` in the header `Authorization`, still encoded; `undefined`: another scheme, or nothing of the kind. */
export const basicCredentials = (authorization: string): string | undefined => /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]

/** The same of what a form says. */
export const encodePair = (name: string, password: string): string => Buffer.from(`${name}:${password}`).toString('base64')

/**
 * Decodes it: UTF-8, as docker sends it (RFC 7617, section 2).
 *
 * @returns `undefined` if that is no pair, or holds control characters, which neither part may have
 */
export function decodePair(encoded: string): Pair | undefined {
  const bytes = Buffer.from(encoded, 'base64')
  // Node takes whatever looks like base64; one pair shall have one spelling.
  if (bytes.toString('base64') !== encoded) return undefined
  const colon = bytes.indexOf(':')
  if (colon < 1 || colon === bytes.length - 1 || bytes.some(isControl)) return undefined
  try {
    return { name: utf8.decode(bytes.subarray(0, colon)), password: bytes.subarray(colon + 1) }
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const isControl = (byte: number) => byte < 0x20 || byte === 0x7f
