import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObject } from '../../s3/delete-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { uploadPart } from '../../s3/upload-part.ts'
import type { CallOptions, Key } from '../driver.ts'
import { type Copy, type CopyLimits, copyWithin } from './copy.ts'
import { beginMultipart, type Multipart } from './multipart.ts'
import type { PartMemory, Share } from './part-memory.ts'
import { mostParts, partSize } from './part-size.ts'
import { tidyAfter } from './tidy-after.ts'

/** So many parts of one upload are on their way to the store at once, memory permitting. */
const breadth = 4

export interface StoreOf {
  bucket: S3Bucket
  memory: PartMemory
  /** Usual size of a part, in bytes. */
  chunkSize: number
  copies: CopyLimits
}

export interface Incoming extends CallOptions {
  body: AsyncIterable<Uint8Array>
  /** Where it goes: known from the start, or asked for after the last byte. */
  key: Key | (() => Promise<Key>)
  /** In bytes, where the sender told it. */
  size: number | undefined
  /** Where a body of more than one part lies until its key is known. */
  scratch: () => Key
}

/**
 * Streams a body into one object. Up to one part it is held and put at once; a larger one goes in parts, to its key where that is known, else to a
 * scratch key, from which the store copies it. Every request has its bytes in memory, and can be made again.
 */
export async function storeStream(store: StoreOf, { body, key, size, scratch, signal }: Incoming): Promise<{ key: Key; size: number }> {
  const { bucket, memory, chunkSize } = store
  const options = { signal }
  const length = partSize(chunkSize, size)
  const named = typeof key === 'string'
  const place = named ? key : scratch()
  const nameOf = () => (named ? key : key())
  let share: Share = await (size === undefined ? memory.begin(signal) : memory.reserve(Math.min(size, length), signal))
  let upload: Multipart | undefined
  let total = 0

  /** Hands the share over to the store, which then holds it until it has it all. */
  const send = async (full: Share) => {
    upload ??= await beginMultipart(bucket, place, breadth, options)
    await upload.add(async part => {
      try {
        return await uploadPart(bucket, place, { ...part, content: full.content })
      } finally {
        full.release()
      }
    })
  }

  const room = async () => {
    if (share.capacity < length && total < length) {
      const grown = await memory.reserve(length, signal)
      grown.append(share)
      share = grown
      return
    }
    if (total >= length * mostParts)
      throw new RangeError(`a body of unknown length may have ${mostParts} parts of ${length} bytes: raise storage.s3.chunksize`)
    await send(share)
    share = released
    share = await memory.reserve(length, signal)
  }

  try {
    for await (const piece of body) {
      for (let rest = piece; rest.length > 0; ) {
        if (share.used === share.capacity) await room()
        const taken = share.fill(rest)
        rest = rest.subarray(taken)
        total += taken
      }
    }
    if (!upload) {
      const target = await nameOf()
      await putObject(bucket, target, share.content, options)
      return { key: target, size: total }
    }
    // Before the last part is sent: whatever the name depends on may still say no.
    const target = await nameOf()
    await send(share)
    share = released
    await upload.complete(total)
    if (target !== place) await rename(store, { source: place, target, size: total }, options)
    return { key: target, size: total }
  } catch (error) {
    await upload?.abort(error)
    throw error
  } finally {
    share.release()
  }
}

/** Whatever becomes of the copy, nothing stays under the scratch key. Who leaves when that is all there is to do has been served. */
async function rename({ bucket, copies }: StoreOf, copy: Copy, options: CallOptions): Promise<void> {
  try {
    await copyWithin(bucket, copy, copies, options)
  } catch (error) {
    await tidyAfter(error, deleteObject(bucket, copy.source))
    throw error
  }
  await deleteObject(bucket, copy.source)
}

/** Stands where a share was that is somebody else's to release. */
const released: Share = { capacity: 0, used: 0, fill: () => 0, content: [], append: () => {}, release: () => {} }
