import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, Key, ListPage, StorageDriver } from '../storage/driver.ts'

/**
 * Every object below one of the prefixes, many of which are listed at once: one page of a large bucket takes as long as it takes. The objects of one prefix come
 * in order.
 */
export async function listInParallel(
  driver: StorageDriver,
  prefixes: readonly Key[],
  breadth: number,
  visit: (object: ListPage['objects'][number], prefix: Key) => void,
  options?: CallOptions,
): Promise<void> {
  await inParallel(prefixes, breadth, async prefix => {
    for await (const { objects } of driver.list(prefix, options)) for (const object of objects) visit(object, prefix)
  })
}

/** What a repository's name may begin with. */
export const nameBeginnings = [...'abcdefghijklmnopqrstuvwxyz0123456789']
export const hexDigits = [...'0123456789abcdef']
