import { RegistryError } from './errors.ts'

/** The algorithms of the OCI image specification's registry ("Registered algorithms"), and the length of each in hex digits. */
const hexLength = { sha256: 64, sha512: 128 } as const

export type Algorithm = keyof typeof hexLength
export type Digest = `${Algorithm}:${string}`

/**
 * A digest as the OCI image specification writes it (`descriptor.md`, "Digests"), of an algorithm that this registry computes.
 *
 * @throws RegistryError DIGEST_INVALID
 */
export function parseDigest(text: string): Digest {
  const digest = asDigest(text)
  if (!digest) throw new RegistryError('DIGEST_INVALID', { digest: text, allowed: 'sha256: or sha512: and its lower-case hex digits' })
  return digest
}

/** The same text as a digest, or `undefined` if it is none. */
export function asDigest(text: string): Digest | undefined {
  const colon = text.indexOf(':')
  const length = hexLength[text.slice(0, colon) as Algorithm]
  if (length === undefined || text.length !== colon + 1 + length) return undefined
  return /^[0-9a-f]+$/.test(text.slice(colon + 1)) ? (text as Digest) : undefined
}

export function parseAlgorithm(text: string): Algorithm {
  if (!Object.hasOwn(hexLength, text)) throw new RegistryError('DIGEST_INVALID', { algorithm: text, allowed: Object.keys(hexLength) })
  return text as Algorithm
}

export const algorithmOf = (digest: Digest): Algorithm => digest.slice(0, 6) as Algorithm
export const hexOf = (digest: Digest): string => digest.slice(7)

/** Whether this is the name under which a blob's data lies; any other is an alias of it. */
export const isCanonical = (digest: Digest): boolean => algorithmOf(digest) === 'sha256'
