import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CollectorsRule } from '../../../registry-app/src/collection/surroundings.ts'
import type { WritersRule } from '../../../registry-app/src/registry/condemned/reliance.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { type Command, play } from './support/scenario.ts'
import { world } from './support/world.ts'

/*
 * The real code over a store in memory, whose requests are the steps: who takes the next one, who pauses for how long, and when a delete is carried out, is
 * left to chance (`support/world.ts`). What was acknowledged must be there when all have ended.
 */

const repository = fc.nat(1)
const image = fc.nat(2)
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('push' as const), repository, image, way: fc.nat(2), tag: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tag' as const), repository, image }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('push-index' as const), repository }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('delete-tag' as const, 'delete-manifest' as const), repository, image }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('retire' as const, 'restore' as const), repository, image }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'lie-in-wait' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 20, 60, 105, 130) }) },
)
const scenario = fc.record({
  writers: fc.array(fc.array(command, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  collectors: fc.integer({ min: 1, max: 2 }),
  untagged: fc.boolean(),
})

/** `COLLECTION_RUNS=100000` looks for longer. */
const runs = Number(process.env.COLLECTION_RUNS ?? 60)

test('no acknowledged image ever lacks a byte, whoever pauses where', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), scenario, async (seed, played) => {
      const lived = world(seed)
      const lost = await play(lived, played)
      if (lost.length > 0) throw new Error([...lost, ...lived.log.map(line => line())].join('\n'))
    }),
    { numRuns: runs },
  )
}, 600_000)

/** Manifests that are pushed without their blobs, onto what is garbage, when a collector is about to delete. */
function ambush(seed: number) {
  const random = seededRandom(seed * 7919)
  const pick = (count: number) => random.whole(0, count)
  const push = (): Command =>
    pick(3) > 0
      ? { kind: 'tag', repository: pick(2), image: pick(3) }
      : { kind: 'push', repository: pick(2), image: pick(3), way: pick(3), tag: true }
  const writer = (): Command[] => {
    const pushes = Array.from({ length: 1 + pick(3) }, push)
    return [{ kind: 'lie-in-wait' }, ...pushes, { kind: 'lie-in-wait' }, { kind: 'tag', repository: pick(2), image: pick(3) }]
  }
  return { writers: Array.from({ length: 1 + pick(3) }, writer), collectors: 1 + pick(2), untagged: false }
}

/** A tag that is pushed, removed, and restored at any later time. */
const comingBack = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('retire' as const, 'restore' as const),
        repository: fc.constant(0),
        image: fc.constant(1),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('delete-tag' as const, 'delete-manifest' as const),
        repository: fc.constant(0),
        image: fc.constant(1),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'lie-in-wait' as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 60, 105, 130, 250) }) },
  ),
  { minLength: 3, maxLength: 6 },
)

test('what was removed can be restored as long as its record says, and lacks no byte then, whoever pauses where', async () => {
  let restored = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(comingBack, { minLength: 1, maxLength: 2 }), fc.boolean(), async (seed, writers, untagged) => {
      const lived = world(seed)
      const first: Command = { kind: 'push', repository: 0, image: 1, way: 0, tag: true }
      const played = writers.map(commands => [
        first,
        { kind: 'wait' as const, seconds: 20 },
        { ...first, kind: 'retire' as const },
        ...commands,
      ])
      const lost = await play(lived, { writers: played, collectors: 2, untagged })
      restored += lived.log.filter(line => line().includes('restored')).length
      if (lost.length > 0) throw new Error([...lost, ...lived.log.map(line => line())].join('\n'))
    }),
    { numRuns: runs },
  )
  expect(restored).toBeGreaterThan(0)
}, 600_000)

describe('an acknowledged image is lost', () => {
  /** From which seed on to look: a loss is near. Should a change move it, the search goes on from there. */
  test.each<[rule: WritersRule | CollectorsRule, from: number]>([
    ['view', 51],

    ['wait', 268],
    ['rescue', 96],
    ['readRescues', 68],
    ['deadline', 42],
  ])(
    'without the rule “%s”',
    async (rule, from) => {
      expect(await firstLoss(from, seed => play(world(seed), { ...ambush(seed), without: { [rule]: true } }))).toBeDefined()
    },
    600_000,
  )

  test.each<[WritersRule]>([['lookAgain']])(
    'without the rule “%s”, by a writer that sleeps before he stores his manifest',
    async rule => {
      const asleep = (seed: number) => {
        const { whole } = seededRandom(seed)
        const writer = (): Command[] => [{ kind: 'tag', repository: whole(0, 2), image: whole(0, 3) }]
        return { writers: [writer(), writer(), writer()], collectors: 1, untagged: false }
      }
      expect(await firstLoss(0, seed => play(world(seed, { drowsy: true }), { ...asleep(seed), without: { [rule]: true } }))).toBeDefined()
    },
    600_000,
  )
})

test('what was removed cannot be restored without the rule “records”', async () => {
  const common = { repository: 0, image: 1 }
  const writer: Command[] = [
    { kind: 'push', ...common, way: 0, tag: true },
    { kind: 'wait', seconds: 20 },
    { kind: 'retire', ...common },
    { kind: 'wait', seconds: 250 },
    { kind: 'restore', ...common },
  ]
  const played = (seed: number, without = {}) => play(world(seed), { writers: [writer], collectors: 2, untagged: true, without })
  const seed = await firstLoss(0, each => played(each, { records: true }))
  expect(seed).toBeDefined()
  expect(await played(seed ?? 0)).toEqual([])
}, 600_000)

/** @returns the seed with which something was lost, or `undefined` if none of 2,000 was */
async function firstLoss(from: number, played: (seed: number) => Promise<string[]>): Promise<number | undefined> {
  for (let seed = from; seed < from + 2_000; seed += 1) if ((await played(seed)).length > 0) return seed
  return undefined
}
