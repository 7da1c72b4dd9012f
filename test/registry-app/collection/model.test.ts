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

/** @returns the seed with which something was lost, or `undefined` if none of 2,000 was */
async function firstLoss(from: number, played: (seed: number) => Promise<string[]>): Promise<number | undefined> {
  for (let seed = from; seed < from + 2_000; seed += 1) if ((await played(seed)).length > 0) return seed
  return undefined
}
