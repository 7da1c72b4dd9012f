import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest } from './digest.ts'

/** A digest is at most 135 characters; a link that somebody edited by hand may end with a newline. */
const limit = 256

/**
 * The digest that a link holds, or `undefined` if there is no such link.
 *
 * @throws Error if it holds something else: that is damage, and no answer to "is it there?"
 */
export async function readLink(driver: StorageDriver, key: Key, options?: CallOptions): Promise<Digest | undefined> {
  const content = await driver.read(key, { ...options, limit })
  if (!content) return undefined
  const digest = asDigest(Buffer.from(content).toString('latin1').trim())
  if (!digest) throw new Error(`the link ${key} holds no digest`)
  return digest
}

export function writeLink(driver: StorageDriver, key: Key, digest: Digest, options?: CallOptions): Promise<void> {
  return driver.put(key, Buffer.from(digest), options)
}

/** Where the store cannot say who was first, whoever sets it in the same moment may be overwritten. */
export async function writeLinkIfAbsent(driver: StorageDriver, key: Key, digest: Digest, options?: CallOptions): Promise<void> {
  if (driver.putIfAbsent) await driver.putIfAbsent(key, Buffer.from(digest), options)
  else if (!(await driver.stat(key, options))) await writeLink(driver, key, digest, options)
}
