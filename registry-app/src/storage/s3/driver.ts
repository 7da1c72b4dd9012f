import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObjects } from '../../s3/delete-objects.ts'
import { deleteUntil } from '../../s3/delete-until.ts'
import { getObject } from '../../s3/get-object.ts'
import { headObject } from '../../s3/head-object.ts'
import { listObjects } from '../../s3/list-objects.ts'
import { presign } from '../../s3/presign.ts'
import { putObject } from '../../s3/put-object.ts'
import { putObjectIfAbsent } from '../../s3/put-object-if-absent.ts'
import type { CallOptions, Key, StorageDriver } from '../driver.ts'
import type { Tally } from '../tally.ts'
import { abortAbandoned } from './abandoned-uploads.ts'
import { composeObjects } from './compose.ts'
import { keepsConditions } from './conditional-put.ts'
import type { CopyLimits } from './copy.ts'
import { canaryKey, incomingKey, keyPrefix, passingPrefixes } from './own-keys.ts'
import { partMemory } from './part-memory.ts'
import { largestWhole, smallestPart } from './part-size.ts'
import { sharedReads } from './shared-reads.ts'
import { storeStream } from './store.ts'

export interface S3DriverOptions {
  bucket: S3Bucket
  /** Before all keys. */
  rootdirectory: string
  /** Of a part of an upload, in bytes. */
  chunkSize: number
  /** What all uploads together may hold in parts, in bytes. */
  uploadMemory: number
  copies: CopyLimits
  /** Unfinished uploads in parts that began earlier are aborted by `sweep`. Milliseconds. */
  abandonedAfter: number
  /** Whether clients are sent to the store for a blob, and by which of its names. */
  redirects: { on: () => boolean; endpoint: string | undefined }
  /** Told how often a read was shared. */
  sharedReads?: Tally | undefined
  /** Nothing is to be written, not even to see what the store can do. */
  readOnly: boolean
  randomName: () => string
  now: () => Date
}

/** Objects in a bucket, in Distribution's layout. Asks the store what it can do: by three small requests, the last of which takes the traces away. */
export async function openS3Driver(options: S3DriverOptions): Promise<StorageDriver> {
  const { bucket, rootdirectory, chunkSize, copies, randomName, now } = options
  const root = keyPrefix(rootdirectory)
  const inBucket = (key: Key) => root + key
  const memory = partMemory(options.uploadMemory)
  const store = { bucket, memory, chunkSize, wholeUpTo: largestWhole, copies }
  const scratch = () => inBucket(incomingKey(randomName()))
  const conditions = !options.readOnly && (await keepsConditions(bucket, inBucket(canaryKey(randomName()))))

  /** Of one limit only: who wants less must not be given more. */
  const read = sharedReads(readWhole, ({ key, limit }) => `${limit} ${key}`, options.sharedReads)

  async function readWhole({ key, limit }: { key: Key; limit: number }): Promise<Uint8Array | undefined> {
    const object = await getObject(bucket, inBucket(key))
    if (!object) return undefined
    if (object.size > limit) {
      object.close()
      throw new RangeError(`${key} has ${object.size} bytes, more than the ${limit} that it may have`)
    }
    const whole = Buffer.allocUnsafe(object.size)
    let at = 0
    for await (const piece of object.body) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }

  return {
    remote: true,
    smallestPart,
    passing: passingPrefixes,

    async stat(key, callOptions) {
      const object = await headObject(bucket, inBucket(key), callOptions)
      return object && { size: object.size, modified: object.modified }
    },

    async get(key, callOptions) {
      const object = await getObject(bucket, inBucket(key), callOptions)
      if (!object) return undefined
      const { size, modified, body } = object
      return { size, modified, body, close: async () => object.close() }
    },

    read: (key, { limit }) => read({ key, limit }),

    async put(key, content, callOptions) {
      await putObject(bucket, inBucket(key), [content], callOptions)
    },

    async store(body, key, { size, scratch: place, signal } = {}) {
      const stored = await storeStream(store, {
        body,
        key: typeof key === 'string' ? inBucket(key) : async () => inBucket(await key()),
        size,
        scratch: () => (place === undefined ? scratch() : inBucket(place)),
        signal,
      })
      return { key: stored.key.slice(root.length), size: stored.size }
    },

    compose: (sources, key, callOptions = {}) => composeObjects(store, sources.map(inBucket), inBucket(key), callOptions),

    ...(conditions && {
      putIfAbsent: (key: Key, content: Uint8Array, callOptions?: CallOptions) =>
        putObjectIfAbsent(bucket, inBucket(key), [content], callOptions),
    }),

    async *list(prefix, { delimiter, startAfter, signal } = {}) {
      const pages = listObjects(bucket, inBucket(prefix), {
        delimiter,
        startAfter: startAfter === undefined ? undefined : inBucket(startAfter),
        signal,
      })
      for await (const { objects, prefixes, truncated } of pages) {
        yield {
          more: truncated,
          objects: objects.map(object => ({ ...object, key: object.key.slice(root.length) })),
          // To the store it is the keys that come after, and those that are folded in this name do.
          prefixes: prefixes.map(folded => folded.slice(root.length)).filter(folded => startAfter === undefined || folded > startAfter),
        }
      }
    },

    async delete(keys, callOptions) {
      await deleteObjects(bucket, keys.map(inBucket), callOptions)
    },

    async time(callOptions) {
      const heard = bucket.heardTime()
      if (heard) return heard
      await headObject(bucket, inBucket(canaryKey('time')), callOptions)
      const now = bucket.heardTime()
      if (!now) throw new Error('the store does not tell the time: its answers have no Date')
      return now
    },

    async deleteUntil(keys, deadline, { signal } = {}) {
      const gone = await deleteUntil(bucket, keys.map(inBucket), { until: Math.floor(deadline / 1000), signal })
      return new Set(keys.filter(key => gone.has(inBucket(key))))
    },

    async urlFor(key, { method, expiresIn }) {
      const { on, endpoint } = options.redirects
      return on() ? presign(bucket, method, inBucket(key), expiresIn, { endpoint }) : undefined
    },

    sweep: (callOptions = {}) => abortAbandoned(bucket, inBucket(''), new Date(now().getTime() - options.abandonedAfter), callOptions),
    uploadMemory: memory.state,
  }
}
