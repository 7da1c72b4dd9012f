import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { usagePath } from './paths.ts'

/** What is stored, as garbage collection has counted it. */
export interface Usage {
  readonly format: 1
  /** What was stored later is not in it, or may not be. Milliseconds since 1970, by the store's clock. */
  readonly at: number
  /** A blob that several have counts for each. */
  readonly repositories: Readonly<Record<string, Amount>>
  /** Of each prefix that had a quota then: a blob counts once, however many repositories below it have it. */
  readonly prefixes: Readonly<Record<string, Amount>>
}

export interface Amount {
  readonly blobs: number
  readonly bytes: number
}

/** In bytes: some million repositories. */
const limit = 256 * 1024 * 1024

export async function writeUsage(driver: StorageDriver, usage: Usage, options?: CallOptions): Promise<void> {
  await driver.put(usagePath, Buffer.from(JSON.stringify(usage)), options)
}

/** @returns `undefined` if nothing was counted yet, or by a release that counted otherwise */
export async function readUsage(driver: StorageDriver, options?: CallOptions): Promise<Usage | undefined> {
  const content = await driver.read(usagePath, { ...options, limit })
  if (!content) return undefined
  const usage = JSON.parse(Buffer.from(content).toString()) as Usage
  return usage.format === 1 ? usage : undefined
}

/** Whether a repository belongs to a prefix: it is that name, or lies below it. The empty prefix is the whole registry. */
export const isBelow = (name: string, prefix: string): boolean => prefix === '' || name === prefix || name.startsWith(`${prefix}/`)
