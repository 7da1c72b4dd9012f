import { inParallel } from '../concurrency/in-parallel.ts'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import { requestCountsPath } from '../registry/paths.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { priceClassOf, type RequestCount, type RequestCounts } from './request-counts.ts'

/** What all processes together asked the store for. */
export interface AllRequests {
  /** Of the others what they wrote down last. Never rejects: where that cannot be read, it is what was read before. */
  total(): Promise<TotalRequests>
  /** Writes down what this process has asked for. */
  stop(): Promise<void>
}

export interface TotalRequests {
  /** When the first of them began to count; milliseconds since 1970. */
  readonly since: number
  readonly operations: readonly RequestCount[]
  /** How many wrote down something within two days, this one included. */
  readonly processes: number
}

export interface AllRequestsOptions {
  driver: StorageDriver
  own: RequestCounts
  /** Nothing may be written. */
  readOnly: boolean
  now: () => Date
  /** Milliseconds. */
  clock: () => number
  random: () => number
  /** Never the same twice, in any process. */
  randomName: () => string
  /** Rejects when the signal is aborted. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  failed: (error: unknown) => void
}

/** Between two times that a process writes down its counts, where they have changed. Milliseconds. */
const interval = 3_600_000
/** What nobody has written anew for so long is of a process that has ended, and goes. Milliseconds. */
const kept = 48 * interval
const tidyEvery = 24 * interval
/** So many of other processes are read, the newest. */
const most = 100
const breadth = 16
/** Of one object, in bytes. */
const limit = 16 * 1024
/** How long the end may wait for the store. Milliseconds. */
const lastWrite = 5_000

type Counts = Readonly<Record<string, number>>

interface Written {
  readonly format: 1
  readonly since: number
  readonly counts: Counts
}

/** Each process writes its counts into an object of its own: one request an hour, and one more a day to take away those of processes that have ended. */
export function allRequests({ driver, own, readOnly, now, clock, random, randomName, sleep, failed }: AllRequestsOptions): AllRequests {
  const mine = requestCountsPath + randomName()
  const stopping = new AbortController()
  let others: readonly Written[] = []
  let written = 0
  let tidied = Number.NEGATIVE_INFINITY
  const sum = () => own.all().reduce((all, { requests }) => all + requests, 0)

  const fresh = keptFresh({
    async look() {
      const { live } = await found()
      others = (await inParallel(live.slice(0, most), breadth, key => readOne(driver, key))).filter(each => each !== undefined)
    },
    every: 5 * 60_000,
    atMost: interval,
    clock,
  })

  /** Those of other processes, the newest first. */
  async function found(options?: CallOptions): Promise<{ live: Key[]; old: Key[] }> {
    const all: { key: Key; modified: Date }[] = []
    for await (const { objects } of driver.list(requestCountsPath, options)) all.push(...objects.filter(({ key }) => key !== mine))
    const oldest = now().getTime() - kept
    const keys = (objects: typeof all) => objects.map(({ key }) => key)
    const live = all.filter(({ modified }) => modified.getTime() >= oldest).sort((a, b) => b.modified.getTime() - a.modified.getTime())
    return { live: keys(live), old: keys(all.filter(({ modified }) => modified.getTime() < oldest)) }
  }

  async function write(signal: AbortSignal) {
    if (sum() === written) return
    const counts = Object.fromEntries(own.all().map(({ operation, requests }) => [operation, requests]))
    await driver.put(mine, Buffer.from(JSON.stringify({ format: 1, since: own.since, counts } satisfies Written)), { signal })
    if (clock() - tidied >= tidyEvery && !stopping.signal.aborted) {
      tidied = clock()
      const { old } = await found({ signal })
      if (old.length > 0) await driver.delete(old, { signal })
    }
    // What this has cost is no reason to write it down again.
    written = sum()
  }

  async function keepOn() {
    while (!stopping.signal.aborted) {
      // Replicas that start together do not write together.
      await sleep(interval * (0.5 + random() / 2), stopping.signal).catch(() => {})
      if (!stopping.signal.aborted) await write(stopping.signal).catch(error => stopping.signal.aborted || failed(error))
    }
  }
  const ended = readOnly ? Promise.resolve() : keepOn()

  return {
    async total() {
      // Files are no store that counts requests.
      if (sum() > 0) await fresh()?.catch(failed)
      const counts = new Map(own.all().map(({ operation, requests }) => [operation, requests]))
      for (const other of others)
        for (const [operation, requests] of Object.entries(other.counts)) counts.set(operation, (counts.get(operation) ?? 0) + requests)
      return {
        since: Math.min(own.since, ...others.map(({ since }) => since)),
        operations: [...counts].map(([operation, requests]) => ({ operation, requests, priced: priceClassOf(operation) })),
        processes: 1 + others.length,
      }
    },

    async stop() {
      stopping.abort(new Error('the registry stops'))
      await ended
      if (!readOnly) await write(AbortSignal.timeout(lastWrite)).catch(failed)
    },
  }
}

/** @returns `undefined` for what is gone, or was written by a release that counts otherwise */
async function readOne(driver: StorageDriver, key: Key): Promise<Written | undefined> {
  const content = await driver.read(key, { limit })
  if (!content) return undefined
  try {
    const { format, since, counts } = JSON.parse(Buffer.from(content).toString()) as Partial<Written>
    const isKnown = format === 1 && Number.isSafeInteger(since) && Object.entries(counts ?? {}).every(isCount)
    return isKnown ? { format, since: since as number, counts: counts ?? {} } : undefined
  } catch {
    return undefined
  }
}

const isCount = ([operation, requests]: [string, unknown]) => /^\w{1,64}$/.test(operation) && Number.isSafeInteger(requests)
