import { X509Certificate } from 'node:crypto'
import { z } from 'zod'

/** The kinds of values that an environment file holds. Each says in its one message what is allowed, to stand behind a key's name. */

export const text = (allowed: string, pattern: RegExp) =>
  z.string({ error: `must be ${allowed}` }).regex(pattern, { error: `must be ${allowed}` })

/** A whole number; both bounds are allowed themselves. */
export const whole = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`
  return z.int({ error }).min(from, { error }).max(to, { error })
}

const pem = 'the certificates of an authority in PEM, as text'

/** As text, since no file of this machine gets into a container elsewhere. */
export const authority = text(pem, /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\s*$/).refine(isCertificate, {
  error: `must be ${pem}`,
})

/** Whether it begins with one; Node.js reads no further. */
function isCertificate(written: string): boolean {
  try {
    return new X509Certificate(written).fingerprint256 !== ''
  } catch {
    return false
  }
}

export const choice = <const Word extends string>(...words: readonly [Word, ...Word[]]) =>
  z.enum(words, { error: words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}` })
