import { describe, expect, test } from 'vitest'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { sha256 } from '../support/bytes.ts'
import { codeOf, encode, image, name, pushBlob, pushManifest, tag } from '../support/images.ts'
import { trial } from '../support/registry.ts'

const a = name('a')
const [v1, v2] = [tag('v1'), tag('v2')]

/** Time goes on with each look at it. */
function ticking() {
  let time = Date.UTC(2026, 2, 1)
  return () => {
    time += 1000
    return new Date(time)
  }
}

/** The same store; `before` is told of each request, with its number, and is waited for. */
function stepwise(driver: StorageDriver, before: (step: number, request: string) => Promise<void>): StorageDriver {
  let steps = 0
  const gated =
    <Rest extends unknown[], Answer>(operation: string, ask: (key: string, ...rest: Rest) => Promise<Answer>) =>
    async (key: string, ...rest: Rest): Promise<Answer> => {
      await before(steps++, `${operation} ${key}`)
      return ask(key, ...rest)
    }
  return {
    ...driver,
    read: gated('read', driver.read),
    stat: gated('stat', driver.stat),
    put: gated('put', driver.put),
    async delete(keys, options) {
      await before(steps++, `delete ${keys}`)
      await driver.delete(keys, options)
    },
    async *list(prefix, options) {
      await before(steps++, `list ${prefix}`)
      yield* driver.list(prefix, options)
    },
  }
}

const isTagSet = (request: string) => request.startsWith('put') && request.endsWith('current/link')

const byDigest = (registry: Registry, digest: Digest) => registry.manifests.delete(a, { digest })

/** One replica deletes a manifest, and before its nth request another one pushes: as much of it as `half` says, the rest at the end. */
async function meet(
  at: number,
  half: (request: string) => boolean,
  push: (registry: Registry, old: Uint8Array) => Promise<unknown>,
  remove: (registry: Registry, digest: Digest) => Promise<unknown> = byDigest,
) {
  const driver = memoryDriver({ now: ticking() })
  const { registry, another } = trial({ driver })
  await pushBlob(registry, 'a', '{}')
  const old = encode(image({ annotations: { is: 'old' } }))
  const { digest } = await pushManifest(registry, 'a', old, { as: 'v1' })

  const held = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const pusher = another({
    driver: stepwise(driver, async (_, request) => {
      if (!half(request)) return
      reached.resolve()
      await held.promise
    }),
  })
  let pushed: Promise<unknown> | undefined
  const deleter = another({
    driver: stepwise(driver, async step => {
      if (step !== at) return
      pushed = codeOf(push(pusher, old))
      await Promise.race([pushed, reached.promise])
    }),
  })
  await remove(deleter, digest)
  held.resolve()
  return { registry: another(), began: pushed !== undefined, accepted: (await pushed) === 'no error', digest }
}

const steps = Array.from({ length: 16 }, (_, index) => index)
/** The deletion looks at all tags first: what is there by then goes. */
const before = 3

describe.each([
  ['as a whole', () => false],
  ['but for what the tag names', isTagSet],
] as const)('beside a manifest that is deleted, a push that comes in between %s', (title, half) => {
  test.each(steps)('of another one under its tag stands, before request %i', async at => {
    const fresh = encode(image({ annotations: { is: 'new' } }))
    const { registry, began } = await meet(at, half, to => pushManifest(to, 'a', fresh, { as: 'v1' }))
    if (!began) return
    expect(await registry.tags.get(a, v1)).toBe(sha256(fresh))
    expect(await registry.manifests.get(a, { digest: sha256(fresh) })).toBeDefined()
  })

  test.each(steps)('of the same one under another tag is there by its digest, too, before request %i', async at => {
    const { registry, began, digest } = await meet(at, half, (to, old) => pushManifest(to, 'a', old, { as: 'v2' }))
    if (!began) return
    const found = await registry.manifests.get(a, { tag: v2 })
    if (at >= before || title !== 'as a whole') expect(found).toBeDefined()
    if (found) expect(await registry.manifests.get(a, { digest })).toBeDefined()
  })
})

// One that stands between its two links meanwhile is not told from one that has ended: the history that tells of it goes with the tag.
test.each(steps)(
  'beside a manifest that is deleted, a push of the same one under the same tag leaves both or none, before request %i',
  async at => {
    const { registry, began, digest } = await meet(
      at,
      () => false,
      (to, old) => pushManifest(to, 'a', old, { as: 'v1' }),
    )
    if (!began) return
    if (await registry.manifests.get(a, { tag: v1 })) expect(await registry.manifests.get(a, { digest })).toBeDefined()
  },
)

/** A push that stands still from before its history goes until all is over is not seen. */
const tagsGone = 4

test.each([
  ...steps.map(at => ['as a whole', at, () => false] as const),
  ...steps.filter(at => at >= tagsGone).map(at => ['but for what the tag names', at, isTagSet] as const),
])('beside a repository that is deleted, what is accepted %s before request %i has all that it needs', async (_, at, half) => {
  const { registry, began, accepted } = await meet(
    at,
    half,
    to => pushManifest(to, 'a', image({ annotations: { is: 'new' } }), { as: 'v2' }),
    deleter => deleter.repositories.delete(a),
  )
  const found = began && accepted ? await registry.manifests.get(a, { tag: v2 }) : undefined
  if (!found) return
  expect(await registry.manifests.get(a, { digest: found.digest })).toBeDefined()
  expect(found.blobs).toHaveLength(1)
  for (const { digest } of found.blobs) expect(await registry.blobs.stat(a, digest)).toBeDefined()
})

test('a repository that is deleted gives nothing back when nobody pushes', async () => {
  const { registry } = await meet(
    steps.length * 2,
    () => false,
    async () => {},
    deleter => deleter.repositories.delete(a),
  )
  expect(await registry.repositories.has(a)).toBe(false)
})

test('deleting a manifest leaves nothing of its tags, though they named others before', async () => {
  const { registry } = trial({ driver: memoryDriver({ now: ticking() }) })
  await pushBlob(registry, 'a', '{}')
  for (const is of ['one', 'two', 'one']) await pushManifest(registry, 'a', image({ annotations: { is } }), { as: 'v1' })
  const { digest } = await pushManifest(registry, 'a', image({ annotations: { is: 'one' } }))
  expect(await registry.manifests.delete(a, { digest })).toEqual({ tags: ['v1'] })
  expect(await Array.fromAsync(registry.tags.list(a, ''))).toEqual([])
  expect(await registry.manifests.get(a, { digest })).toBeUndefined()
})
