import { inParallel } from '../concurrency/in-parallel.ts'
import { batchPath } from '../registry/condemned/announced-batches.ts'
import { packDigests } from '../registry/condemned/digest-bytes.ts'
import type { Digest } from '../registry/digest.ts'
import type { Key } from '../storage/driver.ts'
import { type PublishedList, rescuedDigests } from './published-lists.ts'
import type { Surroundings } from './surroundings.ts'

/** Keys that go because of a digest: its data, or links that lead to it. */
export interface Doomed {
  readonly digest: Digest
  readonly keys: readonly Key[]
}

/** @returns the keys that are gone for certain. What is not among them may be gone or not. */
export type Deleter = (doomed: readonly Doomed[]) => Promise<ReadonlySet<Key>>

/** What one request may name. */
const mostKeys = 1000
/** So many requests are announced together. */
const mostRequests = 16

/** For a storage that nobody writes to. */
export function exclusiveDeleter({ driver, breadth, signal }: Surroundings): Deleter {
  return async doomed => {
    const gone = new Set<Key>()
    await inParallel(inRequests(doomed), breadth, async request => {
      const keys = request.flatMap(each => each.keys)
      await driver.delete(keys, { signal })
      for (const key of keys) gone.add(key)
    })
    return gone
  }
}

/**
 * Step 4 of `docs/garbage-collection.md`: announce, then read the rescue marks, then delete by requests that expire. What is left when the window closes is
 * not deleted.
 *
 * @param marked when the second mark began, by the store's clock, or earlier
 */
export function announcingDeleter(
  surroundings: Surroundings,
  { run, end }: PublishedList,
  marked: number,
): Deleter & { closed: () => boolean } {
  const { driver, timings, breadth, randomName, signal, without = {} } = surroundings
  let closed = false

  async function deleteTogether(requests: readonly (readonly Doomed[])[]): Promise<Key[]> {
    const { earliest, latest } = await driver.time({ signal })
    const last = without.deadlineFromMark ? Number.POSITIVE_INFINITY : Math.min(marked + timings.window, end)
    const deadline = Math.floor(Math.min(earliest + timings.batchtime, last) / 1000) * 1000
    if (deadline <= latest) {
      closed = last <= latest
      return []
    }
    if (!without.announcement) {
      const announced = packDigests(new Set(requests.flat().map(({ digest }) => digest)))
      await driver.put(batchPath(run, deadline, randomName()), announced, { signal })
    }
    const rescued = without.readRescues ? new Set<Digest>() : await rescuedDigests(driver, { signal })
    const gone = await inParallel(requests, breadth, async request => {
      const keys = request.flatMap(({ digest, keys }) => (rescued.has(digest) ? [] : keys))
      if (keys.length === 0) return []
      if (!without.deadline && driver.deleteUntil) return [...(await driver.deleteUntil(keys, deadline, { signal }))]
      await driver.delete(keys, { signal })
      return keys
    })
    return gone.flat()
  }

  const deleter = async (doomed: readonly Doomed[]) => {
    const gone = new Set<Key>()
    const requests = inRequests(doomed)
    for (let at = 0; at < requests.length && !closed; at += mostRequests) {
      for (const key of await deleteTogether(requests.slice(at, at + mostRequests))) gone.add(key)
    }
    return gone
  }
  return Object.assign(deleter, { closed: () => closed })
}

/** In as few requests as they take. One digest's keys stay together as far as a request can hold them. */
function inRequests(doomed: readonly Doomed[]): Doomed[][] {
  const requests: Doomed[][] = []
  let room = 0
  for (const { digest, keys } of doomed) {
    for (let at = 0; at < keys.length; at += mostKeys) {
      const some = keys.slice(at, at + mostKeys)
      if (some.length > room) {
        requests.push([])
        room = mostKeys
      }
      requests.at(-1)?.push({ digest, keys: some })
      room -= some.length
    }
  }
  return requests
}
