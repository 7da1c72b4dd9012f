import { describe, expect, test } from 'vitest'
import { parseReference } from '../../../registry-app/src/registry/name.ts'
import { sharedReads } from '../../../registry-app/src/storage/s3/shared-reads.ts'
import { image, name, pushBlob, pushManifest } from '../support/images.ts'
import { trial } from '../support/registry.ts'

function counting() {
  const counted = { hits: 0, misses: 0 }
  const tally = {
    hit: () => void counted.hits++,
    miss: () => void counted.misses++,
  }
  return { counted, tally }
}

describe('it is counted', () => {
  test('whether a manifest was remembered', async () => {
    const { counted, tally } = counting()
    const { registry, another } = trial()
    await pushManifest(registry, 'a', image({ config: await pushBlob(registry, 'a', '{}') }), { as: 'latest' })
    const later = another({ tallies: { manifests: tally } })
    for (const [hits, misses] of [
      [0, 1],
      [1, 1],
      [2, 1],
    ]) {
      await later.manifests.get(name('a'), parseReference('latest'))
      expect(counted).toEqual({ hits, misses })
    }
  })

  test('whether the link of a blob was known that a manifest led to', async () => {
    const { counted, tally } = counting()
    const { registry, another } = trial()
    const { digest } = await pushBlob(registry, 'a', '{}')
    await pushManifest(registry, 'a', image({ config: { digest, size: 2, mediaType: 'application/vnd.oci.image.config.v1+json' } }), {
      as: 'latest',
    })
    const later = another({ tallies: { links: tally } })
    await later.manifests.get(name('a'), parseReference('latest'))
    for (const _ of [1, 2, 3]) await later.blobs.stat(name('a'), digest)
    expect(counted).toEqual({ hits: 2, misses: 1 })
  })

  test('whether it was known that the blobs of a pushed manifest are stored, and linked', async () => {
    const [blobs, links] = [counting(), counting()]
    const { registry, another } = trial()
    const config = await pushBlob(registry, 'a', '{}')
    const later = another({ tallies: { blobs: blobs.tally, links: links.tally } })
    for (const tag of ['one', 'two']) await pushManifest(later, 'a', image({ config }), { as: tag })
    expect([blobs.counted, links.counted]).toEqual([
      { hits: 1, misses: 1 },
      { hits: 1, misses: 1 },
    ])
  })

  test('how many share a read with somebody who asked before', async () => {
    const { counted, tally } = counting()
    const read = sharedReads(
      async (key: string) => key,
      key => key,
      tally,
    )
    // One is under way; the next is the second one's, whom the other two join.
    await Promise.all(['key', 'key', 'key', 'key'].map(read))
    expect(counted).toEqual({ hits: 2, misses: 2 })
  })
})
