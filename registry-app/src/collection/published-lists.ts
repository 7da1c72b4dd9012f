import { type CondemnedList, decodeList, encodeList, listLimit } from '../registry/condemned/condemned-list.ts'
import { packDigests } from '../registry/condemned/digest-bytes.ts'
import type { Digest } from '../registry/digest.ts'
import { collectorPath, condemnedPath, rescuedPath, sweepingPath } from '../registry/paths.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { Surroundings } from './surroundings.ts'

/** A list of condemned digests in the storage, and what follows from when it was published. Milliseconds since 1970, by the store's clock. */
export interface PublishedList extends CondemnedList {
  readonly run: string
  readonly published: number
  /** Before that nothing on it may be deleted. */
  readonly ripe: number
  /** After that nothing can be. */
  readonly end: number
  /** All that could be deleted has been. */
  readonly swept: boolean
}

const sweptPath = (run: string) => `${collectorPath}swept/${run}`

async function publishedLists({ driver, timings: { margin }, signal, without }: Surroundings): Promise<PublishedList[]> {
  const swept = new Set(await keysBelow(driver, sweptPath(''), { signal }))
  const lists: PublishedList[] = []
  for await (const { objects } of driver.list(condemnedPath, { signal })) {
    for (const { key, modified } of objects) {
      const content = await driver.read(key, { signal, limit: listLimit })
      if (!content) continue
      const list = decodeList(key, content)
      const run = key.slice(condemnedPath.length)
      const published = modified.getTime()
      const ripe = without?.wait ? published : published + list.grace + margin
      lists.push({ ...list, run, published, ripe, end: published + 2 * list.grace, swept: swept.has(sweptPath(run)) })
    }
  }
  return lists
}

/** One that was published never changes. @returns the run's name */
export async function publish(
  { driver, timings, randomName, signal }: Surroundings,
  { digests, ...facts }: Pick<CondemnedList, 'begun' | 'untagged'> & { digests: Iterable<Digest> },
): Promise<string> {
  const run = `${String(facts.begun).padStart(15, '0')}-${randomName()}`
  const list = { ...facts, grace: timings.grace, digests: packDigests(digests) }
  await driver.put(condemnedPath + run, encodeList(list), { signal })
  return run
}

export async function markSwept({ driver, signal }: Surroundings, run: string): Promise<void> {
  await driver.put(sweptPath(run), new Uint8Array(), { signal })
}

/**
 * Takes away what no process can need any more: lists whose end is a grace past, since by then whoever remembers the data has to look again; and rescue marks
 * that are two graces old.
 *
 * @returns the lists that are left
 */
export async function tidy(surroundings: Surroundings): Promise<PublishedList[]> {
  const { driver, timings, signal, without } = surroundings
  const lists = await publishedLists(surroundings)
  const { earliest } = await driver.time({ signal })
  const stale: PublishedList[] = []
  const left: PublishedList[] = []
  for (const list of lists) (list.end + list.grace + 2 * timings.margin < earliest ? stale : left).push(list)
  for (const { run } of stale) {
    const announced = await keysBelow(driver, `${sweepingPath}${run}/`, { signal })
    await driver.delete([condemnedPath + run, ...announced, sweptPath(run)], { signal })
  }

  const grace = Math.max(timings.grace, ...lists.map(list => list.grace))
  const until = without?.staying ? Number.POSITIVE_INFINITY : earliest - 2 * grace - timings.margin
  for await (const { objects } of driver.list(rescuedPath, { signal })) {
    const old = objects.filter(({ modified }) => modified.getTime() < until).map(({ key }) => key)
    if (old.length > 0) await driver.delete(old, { signal })
  }
  return left
}

/** What somebody relies upon although it is condemned. */
export async function rescuedDigests(driver: StorageDriver, options: CallOptions): Promise<Set<Digest>> {
  const keys = await keysBelow(driver, rescuedPath, options)
  return new Set(keys.map(key => `sha256:${key.slice(rescuedPath.length).split('/', 1)[0]}` as const))
}

async function keysBelow(driver: StorageDriver, prefix: Key, options: CallOptions): Promise<Key[]> {
  const keys: Key[] = []
  for await (const { objects } of driver.list(prefix, options)) keys.push(...objects.map(({ key }) => key))
  return keys
}
