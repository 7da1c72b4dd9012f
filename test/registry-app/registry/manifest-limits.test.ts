import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manifestMemory, refuseDepth } from '../../../registry-app/src/registry/manifest-limits.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { all, bytes, MiB, sha256 } from '../support/bytes.ts'
import { codeOf, descriptor, image, index, name, pushBlob, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('lists and objects in one another', () => {
  test.each([
    ['64 deep', nested(64), 'no error'],
    ['65 deep', nested(65), 'MANIFEST_INVALID'],
    ['65 objects deep', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'MANIFEST_INVALID'],
    ['many beside each other', `[${Array.from({ length: 1000 }, () => nested(10)).join()}]`, 'no error'],
    ['in a text', JSON.stringify({ a: '['.repeat(1000) }), 'no error'],
    ['behind a quote in a text', JSON.stringify({ a: `"${'['.repeat(1000)}` }), 'no error'],
    ['behind a text that ends in a backslash', `{"a":"\\\\","b":${nested(64)}}`, 'MANIFEST_INVALID'],
    ['a megabyte that is never closed', '['.repeat(MiB), 'MANIFEST_INVALID'],
  ])('%s', async (_, json, outcome) => {
    expect(await codeOf(() => refuseDepth(bytes(json)))).toBe(outcome)
  })

  test('are counted as they stand, in any JSON', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.integer({ min: 60, max: 64 }), (value, around) => {
        const json = bytes(`${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}`)
        const tooDeep = around + depthOf(value) > 64
        if (tooDeep) expect(() => refuseDepth(json)).toThrow('manifest invalid')
        else refuseDepth(json)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a manifest', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ mediaType: 'a/b', digest: sha256(String(at)), size: 1 }))

  test.each([
    ['layers', image({ layers: many(10_001) })],
    ['entries', index(many(10_001))],
  ])('with more than 10,000 %s is refused before any of them is looked for, whatever is required of it', async (_, manifest) => {
    for (const rules of [{ platforms: 'all' } as const, undefined]) {
      const { registry } = trial({ rules })
      const refused = pushManifest(registry, 'a', manifest)
      await expect(refused).rejects.toMatchObject({ code: 'MANIFEST_INVALID', status: 413, detail: { references: 10_001 } })
    }
  })

  test('with 10,000 is taken', async () => {
    const { registry } = trial({ rules: undefined })
    expect(await codeOf(pushManifest(registry, 'a', index(many(10_000))))).toBe('no error')
  })

  test('with keys that JavaScript gives a meaning is stored as it is, and changes nothing else', async () => {
    const { registry } = trial()
    const config = await pushBlob(registry, 'a', '{}')
    const subject = { ...descriptor('x'), mediaType: mediaTypes.ociManifest }
    const plain = JSON.stringify(image({ config, subject, annotations: { hasOwnProperty: 'x' } }))
    const evil = plain.replace('{', '{"__proto__":{"polluted":true,"annotations":{"a":"b"}},"constructor":{"prototype":{"polluted":true}},')
    const withKey = evil.replace('"hasOwnProperty"', '"__proto__":"text","hasOwnProperty"')
    const { digest } = await pushManifest(registry, 'a', bytes(withKey))
    const stored = await registry.manifests.get(name('a'), { digest })
    expect(Buffer.from(stored?.content ?? []).toString()).toBe(withKey)
    const [referrer] = await all(registry.referrers.list(name('a'), subject.digest, ''))
    expect(JSON.stringify(referrer)).toContain('"annotations":{"__proto__":"text","hasOwnProperty":"x"}')
    expect('polluted' in {}).toBe(false)
    expect('polluted' in Object(referrer)).toBe(false)
  })

  test('is no image because its prototype has the fields of one', async () => {
    const { registry } = trial()
    const json = `{"schemaVersion":2,"__proto__":${JSON.stringify(image())}}`
    expect(await codeOf(pushManifest(registry, 'a', bytes(json)))).toBe('MANIFEST_INVALID')
  })
})

describe('the memory of manifests', () => {
  test('lets in as many as it has room for; the next waits until one has gone', async () => {
    const { registry } = trial()
    const leave = await registry.manifests.admit(manifestMemory - 100)
    const leaveToo = await registry.manifests.admit(100)
    let entered = false
    const next = registry.manifests.admit(1).then(release => {
      entered = true
      return release
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(entered).toBe(false)
    leaveToo()
    ;(await next)()
    leave()
  })

  test('is not waited for by a client that has gone', async () => {
    const { registry } = trial()
    const leave = await registry.manifests.admit(manifestMemory)
    const gone = new AbortController()
    const waits = registry.manifests.admit(1, { signal: gone.signal })
    const behind = registry.manifests.admit(2)
    gone.abort(new Error('gone'))
    await expect(waits).rejects.toThrow('gone')
    leave()
    ;(await behind)()
  })
})
