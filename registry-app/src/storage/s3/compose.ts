import { inParallel } from '../../concurrency/in-parallel.ts'
import { getObject } from '../../s3/get-object.ts'
import { headObject } from '../../s3/head-object.ts'
import { uploadPartCopy } from '../../s3/upload-part-copy.ts'
import type { CallOptions, Key } from '../driver.ts'
import { copyWithin } from './copy.ts'
import { type Multipart, storeInParts } from './multipart.ts'
import { smallestPart } from './part-size.ts'
import { type StoreOf, storeStream } from './store.ts'

const breadth = 16

/**
 * Joins objects into one. Where they can be parts as they are (all of one size and large enough, but for the last) the store does it; what came in
 * smaller pieces passes through here once more.
 */
export async function composeObjects(store: StoreOf, sources: readonly Key[], key: Key, options: CallOptions): Promise<void> {
  const { bucket, copies } = store
  const sizes = await inParallel(sources, breadth, async source => {
    const object = await headObject(bucket, source, options)
    if (!object) throw missing(source, key)
    return object.size
  })
  const [first = 0] = sizes
  const [only] = sources
  if (only !== undefined && sources.length === 1) return copyWithin(bucket, { source: only, target: key, size: first }, copies, options)

  const last = sizes.at(-1) ?? 0
  const arePartsAlready = first >= smallestPart && last > 0 && last <= first && sizes.slice(0, -1).every(size => size === first)
  const size = sizes.reduce((sum, each) => sum + each, 0)
  if (arePartsAlready) {
    const add = async (upload: Multipart) => {
      for (const source of sources) await upload.add(place => uploadPartCopy(bucket, key, { ...place, source }))
    }
    return storeInParts(bucket, key, { breadth: copies.concurrency, size, add }, options)
  }
  await storeStream(store, { body: joined(store, sources, key, options), key, size, scratch: () => key, ...options })
}

async function* joined({ bucket }: StoreOf, sources: readonly Key[], key: Key, options: CallOptions) {
  for (const source of sources) {
    const object = await getObject(bucket, source, options)
    if (!object) throw missing(source, key)
    yield* object.body
  }
}

const missing = (source: Key, key: Key) => new Error(`${source} is not there to be joined into ${key}`)
