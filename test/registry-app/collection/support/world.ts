import { setImmediate as turn } from 'node:timers/promises'
import type { Key, ListPage, StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { type Random, seededRandom } from '../../../support/seeded-random.ts'

/** Seconds, short enough that a run can live through many graces. */
export const timings = { grace: 100_000, viewage: 5_000, window: 70_000, batchtime: 10_000, margin: 4_000 }

/** What stands still may stand so long, in milliseconds. */
const pauses = [500, 3_000, 11_000, 30_000, timings.grace / 2, timings.grace, 2 * timings.grace]

/**
 * A store in memory whose time is virtual, and in which each request of each actor is a step: which actor takes the next, who pauses for how long, and when a
 * delete that was accepted is carried out, is left to chance.
 */
export interface World {
  readonly store: StorageDriver
  readonly random: Random
  now(): Date
  clock(): number
  /** The store, as one actor speaks to it. */
  driverOf(actor: string): StorageDriver
  sleepOf(actor: string): (milliseconds: number) => Promise<void>
  /** Lets them all run until each has ended. */
  run(actors: readonly Promise<unknown>[]): Promise<void>
  move(milliseconds: number): void
  /** How often a collector has come to where it announces, reads rescue marks, or deletes: there it likes to pause, and writers to come. */
  critical(): number
  /** What they did, for whoever wants to know why; put into words only when it is read. */
  readonly log: (() => string)[]
}

interface Step {
  readonly actor: string
  /** Not before this time. */
  readonly from: number
  readonly critical: boolean
  readonly go: () => void
}

/** @param drowsy writers fall asleep for two graces, every other time, just before they store a manifest */
export function world(seed: number, { drowsy = false } = {}): World {
  const random = seededRandom(seed)
  const start = Date.parse('2026-03-01T12:00:00Z')
  let time = 0
  const now = () => new Date(start + time)
  const store = memoryDriver({ now })
  const log: (() => string)[] = []
  let steps: Step[] = []
  /** Deletes that were accepted. */
  let accepted: { readonly until: number; readonly carryOut: () => Promise<void> }[] = []
  const frozen = new Map<string, number>()
  /** Turns that an actor lets pass, in which the others act and no time need pass. */
  const idle = new Map<string, number>()
  let reached = 0
  const paused = new WeakSet<Step>()

  const wait = (actor: string, from = 0, critical = false, naps = false) =>
    new Promise<void>(go => {
      if (critical) reached += 1
      if (naps && random.whole(0, 2) === 0) frozen.set(actor, time + 2 * timings.grace)
      steps.push({ actor, from, critical, go })
    })
  const said = (actor: string, what: () => string) => {
    const at = time
    log.push(() => `${(at / 1000).toFixed(1).padStart(7)} ${actor} ${what()}`)
  }
  const short = (key: Key) => key.replace('docker/registry/v2/', '').replaceAll(/[0-9a-f]{64}/g, hex => hex.slice(0, 4))

  function driverOf(actor: string): StorageDriver {
    const stepping =
      <Args extends unknown[], Result>(name: string, work: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        await wait(
          actor,
          0,
          actor.startsWith('collector') && (name === 'delete' || (name === 'put' && String(args[0]).includes('/sweeping/'))),
          drowsy && actor.startsWith('writer') && name === 'put' && String(args[0]).includes('/blobs/'),
        )
        said(actor, () => `${name} ${typeof args[0] === 'string' ? short(args[0]) : JSON.stringify(args[0]).slice(0, 80)}`)
        return work(...args)
      }
    return {
      ...store,
      stat: stepping('stat', store.stat),
      get: stepping('get', store.get),
      read: stepping('read', store.read),
      put: stepping('put', store.put),
      delete: stepping('delete', store.delete),
      compose: stepping('compose', store.compose),
      async store(body, key, options) {
        const place = typeof key === 'string' ? async () => key : key
        return store.store(
          body,
          async () => {
            const named = await place()
            await wait(actor)
            said(actor, () => `store ${short(named)}`)
            return named
          },
          options,
        )
      },
      async *list(prefix, options) {
        const pages: ListPage[] = await Array.fromAsync(store.list(prefix, options))
        // A list of nothing is as good at any moment.
        if (pages.every(({ objects, prefixes }) => objects.length + prefixes.length === 0)) return yield* pages
        await wait(actor, 0, actor.startsWith('collector') && prefix.includes('/rescued/'))
        said(actor, () => `list ${short(prefix)}`)
        yield* store.list(prefix, options)
      },
      time: async () => ({ earliest: start + time, latest: start + time }),
      async deleteUntil(keys, deadline) {
        await wait(actor, 0, true)
        if (start + time > deadline) {
          said(actor, () => `deletes too late: ${keys.map(short)}`)
          return new Set()
        }
        said(actor, () => `has accepted: delete ${keys.map(short)}`)
        await new Promise<void>(done => {
          const carryOut = async () => {
            said(actor, () => `deletes ${keys.map(short)}`)
            await store.delete(keys)
            done()
          }
          accepted.push({ until: Math.min(time, deadline - start) + timings.margin, carryOut })
        })
        return new Set(keys)
      },
    }
  }

  async function carryOut(due: (typeof accepted)[number]) {
    accepted = accepted.filter(each => each !== due)
    await due.carryOut()
  }

  async function move(by: number) {
    const target = time + by
    for (;;) {
      const due = accepted.filter(({ until }) => until <= target).sort((a, b) => a.until - b.until)[0]
      if (!due) break
      time = Math.max(time, due.until)
      await carryOut(due)
    }
    time = target
  }

  /** One step of somebody, or time that passes. */
  async function next() {
    const some = <Item>(items: readonly Item[]): Item | undefined => items[random.whole(0, Math.max(1, items.length))]
    const chance = random.whole(0, 100)
    if (chance < 2) return move(some(pauses) ?? 0)
    const isAwake = ({ actor, from }: Step) => from <= time && (frozen.get(actor) ?? 0) <= time
    const awake = steps.filter(isAwake)
    for (const { actor } of awake) idle.set(actor, (idle.get(actor) ?? 0) - 1)
    const active = awake.filter(({ actor }) => (idle.get(actor) ?? 0) <= 0)
    const ready = active.length > 0 ? active : awake
    const carried = accepted.length > 0 && (chance < 10 || ready.length === 0) ? some(accepted) : undefined
    if (carried) return carryOut(carried)
    const step = some(ready)
    if (!step) {
      const wake = Math.min(...steps.map(({ actor, from }) => Math.max(from, frozen.get(actor) ?? 0)))
      if (wake < Number.POSITIVE_INFINITY) await move(Math.max(1, wake - time))
      return
    }
    // Once at each step at most.
    if (!paused.has(step) && random.whole(0, 100) < (step.critical ? 60 : 10)) {
      paused.add(step)
      if (random.whole(0, 3) === 0) frozen.set(step.actor, time + (some(pauses) ?? 0))
      else idle.set(step.actor, random.whole(2, 60))
      return
    }
    steps = steps.filter(each => each !== step)
    step.go()
  }

  return {
    store,
    random,
    now,
    clock: () => time,
    driverOf,
    sleepOf: actor => milliseconds => wait(actor, time + milliseconds),
    log,
    critical: () => reached,
    move: by => {
      time += by
    },
    async run(actors) {
      let running = actors.length
      let failure: unknown
      for (const actor of actors) {
        actor
          .catch(error => {
            failure ??= error
          })
          .finally(() => {
            running -= 1
          })
      }
      for (let turns = 0; running > 0 && failure === undefined; turns += 1) {
        if (turns > 50_000) throw new Error('they do not come to an end')
        await turn()
        if (running > 0) await next()
      }
      if (failure !== undefined) throw failure
    },
  }
}
