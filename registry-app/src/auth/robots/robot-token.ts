import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/*
 * What a robot signs in with: `brt_`, an id of 12 characters, a secret of 32 (190 bits), and a checksum of 6.
 *
 * The prefix and the checksum are for programs that look for secrets where none should be: they know one when they see it, and whether it is one
 * (https://github.blog/engineering/behind-githubs-new-authentication-token-formats/). There is nothing in it that a shell or a URL reads otherwise.
 */
const prefix = 'brt_'
const form = /^brt_([0-9A-Za-z]{12})[0-9A-Za-z]{32}([0-9A-Za-z]{6})$/

export interface RobotToken {
  /** Not secret: lists show it, and it names the object. */
  readonly id: string
  /** All of it. */
  readonly text: string
}

/** @param randomBytes gives so many */
export function newRobotToken(randomBytes: (count: number) => Uint8Array): RobotToken {
  const [id, secret] = [letters(12, randomBytes), letters(32, randomBytes)]
  const text = `${prefix}${id}${secret}`
  return { id, text: text + checksum(text) }
}

/** @returns `undefined` if it is none, or one that was cut short or misspelled */
export function readRobotToken(text: string): RobotToken | undefined {
  const [, id, sum] = form.exec(text) ?? []
  return id !== undefined && checksum(text.slice(0, -6)) === sum ? { id, text } : undefined
}

/** Whether somebody means it to be one. */
export const looksLikeRobotToken = (text: string): boolean => text.startsWith(prefix)

/** What is kept of it. Nobody finds a secret of so many bits by trying, so it takes no slow hash, as a person's password does. */
export const hashOfToken = (text: string): string => hash('sha256', text, 'hex')

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Each as likely as the others: a byte of 248 and above would favour the first ones. */
function letters(count: number, randomBytes: (count: number) => Uint8Array): string {
  let found = ''
  while (found.length < count) {
    for (const byte of randomBytes(count)) if (byte < 248 && found.length < count) found += alphabet.charAt(byte % 62)
  }
  return found
}

function checksum(text: string): string {
  let [rest, written] = [crc32(text), '']
  for (; written.length < 6; rest = Math.floor(rest / 62)) written = alphabet.charAt(rest % 62) + written
  return written
}
