import type { S3Bucket } from '../../s3/bucket.ts'
import { putObject } from '../../s3/put-object.ts'
import type { CallOptions, Key } from '../driver.ts'
import type { CopyLimits } from './copy.ts'
import { outgoingParts } from './outgoing-parts.ts'
import { firstShare, type PartMemory, type Share } from './part-memory.ts'
import { amplePart, mostParts, partSize } from './part-size.ts'

export interface StoreOf {
  bucket: S3Bucket
  memory: PartMemory
  /** Usual size of a part, in bytes; the least, while memory is ample. */
  chunkSize: number
  /** A larger body still goes by one request, up to so many bytes, if there is memory to hold it. */
  wholeUpTo: number
  copies: CopyLimits
}

export interface Incoming extends CallOptions {
  body: AsyncIterable<Uint8Array>
  /** Where it goes: known from the start, or asked for after the last byte. */
  key: Key | (() => Promise<Key>)
  /** In bytes, where the sender told it. */
  size: number | undefined
  /** Where a body of more than one part may lie until its key is known. */
  scratch: () => Key
}

/**
 * Streams a body into one object. Up to one part it is held and put at once; a larger one goes in parts (`outgoing-parts.ts`). Every request has its
 * bytes in memory, and can be made again.
 */
export async function storeStream(store: StoreOf, { body, key, size, scratch, signal }: Incoming): Promise<{ key: Key; size: number }> {
  const { bucket, memory } = store
  const length = partLength(store, size)
  const parts = outgoingParts({ ...store, length, size, key: typeof key === 'string' ? key : undefined, scratch }, { signal })
  const willHold = parts.holds && (size === undefined || size > length)
  const isSmall = size === undefined || size <= firstShare
  let share: Share = await (isSmall ? memory.begin(signal) : memory.reserve(Math.min(size, length), { signal, willHold }))
  let total = 0

  /** The share is full: more room in it, or another. */
  const room = async () => {
    if (total < length) {
      const grown = await memory.reserve(length, { signal, willHold })
      grown.append(share)
      share = grown
      return
    }
    if (total >= length * mostParts) {
      throw new RangeError(`a body of unknown length may have ${mostParts} parts of ${length} bytes: raise storage.s3.chunksize`)
    }
    const full = share
    share = released
    share = await parts.add(full)
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
    // Before anything more is sent: whatever the name depends on may still say no.
    const target = typeof key === 'string' ? key : await key()
    if (!parts.any) {
      share.sending()
      await putObject(bucket, target, share.content, { signal })
    } else {
      const last = share
      share = released
      await parts.complete(last, target, total)
    }
    return { key: target, size: total }
  } catch (error) {
    // Others wait for it: not after what is sent has been taken away.
    share.release()
    await parts.abort(error)
    throw error
  } finally {
    share.release()
  }
}

/** Larger parts where that leaves memory for others to come in: fewer of these would find room for theirs. */
function partLength({ memory, chunkSize }: StoreOf, size: number | undefined): number {
  if (size === undefined) return partSize(chunkSize, size)
  const ample = amplePart(size, chunkSize)
  return partSize(memory.ampleFor(ample) ? ample : chunkSize, size)
}

/** Stands where a share was that is somebody else's to release. */
const released: Share = { capacity: 0, used: 0, fill: () => 0, content: [], append: () => {}, sending: () => {}, release: () => {} }
