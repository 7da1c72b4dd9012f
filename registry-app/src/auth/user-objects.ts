import { usersPath, userVersionPath, userVersionsPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { type BcryptHash, isBcryptHash } from './bcrypt-hash.ts'

/*
 * The users whom all replicas share, as objects of the storage: `_registry/users/<name>/<version>`, each the hash of a password in JSON.
 *
 * A password that is changed is a new object, and the earlier one is deleted: so the keys alone tell what is new, and one list, without any look at
 * the objects, tells that nothing is. While both are there, the later counts.
 */

/** What can stand in a key, and in a path of any file system. */
export const isStorableName = (name: string) => /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(name)

export const storableNames = 'at most 128 letters, digits and . _ @ + -, the first a letter or a digit'

/** The key of each user's newest object. */
export async function userKeys(driver: StorageDriver, signal?: AbortSignal): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  // In byte order: the later of two comes last.
  for await (const { objects } of driver.list(usersPath, { signal })) {
    for (const { key } of objects) {
      const [name = '', version] = key.slice(usersPath.length).split('/')
      if (version !== undefined && isStorableName(name)) keys.set(name, key)
    }
  }
  return keys
}

/** @returns `undefined` if it is gone meanwhile; no hash if a later release has written it in a way that this one does not know */
export async function readUser(
  driver: StorageDriver,
  key: string,
  signal?: AbortSignal,
): Promise<{ readonly hash: BcryptHash | undefined } | undefined> {
  const content = await driver.read(key, { limit: 4096, signal })
  return content && { hash: hashIn(parse(Buffer.from(content).toString())) }
}

function hashIn(stored: unknown): BcryptHash | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  if (!('format' in stored && stored.format === format && 'bcrypt' in stored && typeof stored.bcrypt === 'string')) return undefined
  return isBcryptHash(stored.bcrypt) ? stored.bcrypt : undefined
}

/**
 * Stores a user, or another password for one.
 *
 * @param version later ones sort behind earlier ones, and none comes twice
 * @returns whether the user was there before
 */
export async function writeUser(driver: StorageDriver, name: string, hash: BcryptHash, version: string): Promise<boolean> {
  const earlier = await versionsOf(driver, name)
  const key = userVersionPath(name, version)
  await driver.put(key, Buffer.from(JSON.stringify({ format, bcrypt: hash })))
  await driver.delete(earlier.filter(each => each !== key))
  return earlier.length > 0
}

/** @returns whether the user was there */
export async function deleteUser(driver: StorageDriver, name: string): Promise<boolean> {
  const keys = await versionsOf(driver, name)
  await driver.delete(keys)
  return keys.length > 0
}

async function versionsOf(driver: StorageDriver, name: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { objects } of driver.list(userVersionsPath(name))) keys.push(...objects.map(({ key }) => key))
  return keys
}

const format = 1

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
