import type { StorageDriver } from './driver.ts'

/** Lets one process of many do what must not be done twice. */
export interface Lease {
  /** @returns `undefined` while somebody else has it */
  take(signal: AbortSignal): Promise<HeldLease | undefined>
}

export interface HeldLease {
  /** Aborted when it could not be kept up: somebody else may have taken it. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export interface LeaseOptions {
  readonly driver: StorageDriver
  /** Ends with a slash. */
  readonly folder: string
  /** Never the same twice, in any process. */
  readonly name: string
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** Milliseconds, of this process alone. */
  readonly clock: () => number
  /** Milliseconds without a sign of life, after which a holder counts as gone. @default 60,000 */
  readonly patience?: number
  /** Milliseconds in which a write reaches everybody, where the store has no conditional writes. @default 10,000 */
  readonly settling?: number
}

const free = 'free'

/**
 * A lease in a store. Its holder writes a sign of life into it again and again; who sees none for a while, by his own clock, takes it over. No two
 * clocks are compared. (A new process therefore waits that long once, where another died with the lease.)
 *
 * Leases are numbered, and the highest number counts: each is made by `putIfAbsent`, which lets one of many succeed.
 */
export function createLease(options: LeaseOptions): Lease {
  const { driver, folder, name, clock, patience = 60_000 } = options
  if (!driver.putIfAbsent) return leaseByLastWriter(options)
  const putIfAbsent = driver.putIfAbsent.bind(driver)
  const keyOf = (number: number) => folder + String(number).padStart(12, '0')
  const signsOfLife = watch(clock, patience)

  const all = async () => {
    const keys: string[] = []
    for await (const { objects } of driver.list(folder)) keys.push(...objects.map(({ key }) => key))
    return keys
  }

  return {
    async take() {
      const keys = await all()
      const newest = keys.at(-1)
      if (newest !== undefined && !signsOfLife.isFree(await text(driver, newest))) return undefined
      const number = newest === undefined ? 1 : Number(newest.slice(folder.length)) + 1
      const key = keyOf(number)
      if (!(await putIfAbsent(key, sign(name, 0)))) return undefined
      // Who slept since he looked may have written a number that was used and taken away meanwhile.
      if ((await all()).at(-1) !== key) {
        await driver.delete([key])
        return undefined
      }
      if (keys.length > 0) await driver.delete(keys)
      return hold(options, key)
    },
  }
}

/**
 * Where the store knows no conditional writes, the last of those who write it at the same time has it: each waits until all can have written, and
 * looks (Fischer's algorithm). If a write takes longer than that, two may have it, and what it is for is done twice.
 */
function leaseByLastWriter(options: LeaseOptions): Lease {
  const { driver, folder, name, sleep, clock, patience = 60_000, settling = 10_000 } = options
  const key = `${folder}only`
  const signsOfLife = watch(clock, patience)
  return {
    async take(signal) {
      const found = await text(driver, key)
      if (found !== undefined && !signsOfLife.isFree(found)) return undefined
      await driver.put(key, sign(name, 0))
      await sleep(settling, signal)
      return (await text(driver, key)) === String(sign(name, 0)) ? hold(options, key) : undefined
    },
  }
}

/** Remembers since when a sign of life has been the same. */
function watch(clock: () => number, patience: number) {
  let seen: { sign: string | undefined; since: number } | undefined
  return {
    isFree(sign: string | undefined): boolean {
      if (sign === free) return true
      if (seen?.sign !== sign) seen = { sign, since: clock() }
      return clock() - (seen?.since ?? 0) >= patience
    },
  }
}

function hold({ driver, name, clock, patience = 60_000 }: LeaseOptions, key: string): HeldLease {
  const lost = new AbortController()
  let count = 0
  let last = clock()
  let writing: Promise<void> = Promise.resolve()
  const beat = async () => {
    try {
      await driver.put(key, sign(name, ++count))
      last = clock()
    } catch (cause) {
      // Once somebody else may take it, it is no longer relied upon here.
      if (clock() - last > patience / 2) lost.abort(new Error('the lease could not be kept up: the storage does not answer', { cause }))
    }
  }
  const timer = setInterval(() => {
    writing = writing.then(beat)
  }, patience / 6)
  timer.unref()
  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer)
      await writing
      await driver.put(key, Buffer.from(free))
    },
  }
}

const sign = (name: string, count: number) => Buffer.from(`${name} ${count}`)

async function text(driver: StorageDriver, key: string): Promise<string | undefined> {
  const content = await driver.read(key, { limit: 1024 })
  return content && Buffer.from(content).toString()
}
