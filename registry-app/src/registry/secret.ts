import type { StorageDriver } from '../storage/driver.ts'
import { secretPath } from './paths.ts'

/**
 * `http.secret` where none is configured: made once, kept in storage, and so the same in every replica and after a restart.
 *
 * Two that start at the same moment agree, since both read it again after writing. Where nothing may be written there are no uploads that it would
 * have to be shared for.
 */
export async function sharedSecret(driver: StorageDriver, randomSecret: () => string, readOnly = false): Promise<string> {
  const stored = await read(driver)
  if (stored) return stored
  if (readOnly) return randomSecret()
  const made = Buffer.from(randomSecret())
  await (driver.putIfAbsent?.(secretPath, made) ?? driver.put(secretPath, made))
  const secret = await read(driver)
  if (!secret) throw new Error(`${secretPath} was written and cannot be read: is the storage consistent?`)
  return secret
}

async function read(driver: StorageDriver): Promise<string | undefined> {
  const content = await driver.read(secretPath, { limit: 1024 })
  return content && Buffer.from(content).toString()
}
