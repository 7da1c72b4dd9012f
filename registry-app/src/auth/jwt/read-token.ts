import { TokenRefused } from '../bearer-gate.ts'
import { sameNameTwice } from './same-name-twice.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** What a token says, of which nothing is proven. */
export interface ReadToken {
  readonly text: string
  readonly header: JsonObject & { readonly alg: string }
  readonly claims: JsonObject
}

/** Longer ones are no token: those of GitHub and GitLab have some 2 KB, and a header of a request has room for no more. Bytes. */
const longestToken = 12 * 1024

/** The three parts of a signed token (RFC 7515, section 7.1), each in base64url. */
const form = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/

/** Whether it is written as a token is. */
export const looksLikeToken = (text: string): boolean => text.startsWith('eyJ') && form.test(text)

/** @throws TokenRefused where it is none, or could be read in more than one way */
export function readToken(text: string): ReadToken {
  if (text.length > longestToken) throw new TokenRefused(`the token has more than ${longestToken} bytes`)
  const [, header, claims] = form.exec(text) ?? []
  if (header === undefined || claims === undefined) throw new TokenRefused('what was sent is no token')
  const read = objectIn(header)
  const { alg } = read
  if (typeof alg !== 'string') throw new TokenRefused('the token does not say how it is signed')
  return { text, header: { ...read, alg }, claims: objectIn(claims) }
}

function objectIn(part: string): JsonObject {
  const bytes = Buffer.from(part, 'base64url')
  // Node takes whatever looks like it; one token shall have one spelling.
  if (bytes.toString('base64url') !== part) throw new TokenRefused('what was sent is no token')
  const read = parse(bytes)
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new TokenRefused('what was sent is no token')
  return read as JsonObject
}

function parse(bytes: Uint8Array): unknown {
  let text: string
  let read: unknown
  try {
    text = utf8.decode(bytes)
    read = JSON.parse(text)
  } catch (cause) {
    throw new TokenRefused('what was sent is no token', { cause })
  }
  if (sameNameTwice(text) !== undefined) throw new TokenRefused('the token says something twice')
  return read
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
