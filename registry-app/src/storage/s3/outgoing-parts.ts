import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObject } from '../../s3/delete-object.ts'
import { uploadPart } from '../../s3/upload-part.ts'
import type { CallOptions, Key } from '../driver.ts'
import { type Copy, type CopyLimits, copyWithin } from './copy.ts'
import { beginMultipart, type Multipart } from './multipart.ts'
import type { PartMemory, Share } from './part-memory.ts'
import { tidyAfter } from './tidy-after.ts'

/** So many parts of one upload are on their way to the store at once, memory permitting. */
const breadth = 4

export interface OutgoingOf {
  bucket: S3Bucket
  memory: PartMemory
  copies: CopyLimits
  /** Of every part but the last, in bytes. */
  length: number
  /** Where the object will be, or `undefined` as long as nobody knows. */
  key: Key | undefined
  /** Where its parts go if they have to be sent before. */
  scratch: () => Key
}

/** The parts of one body on their way to the store. */
export interface OutgoingParts {
  /** Whether there is any: the body is larger than one. */
  readonly any: boolean
  /** Takes over a part that is full. @returns room for the next */
  add(full: Share): Promise<Share>
  /** Makes the object of them and the last one. @param size of all of it, in bytes */
  complete(last: Share, key: Key, size: number): Promise<void>
  /** Gives up what is held and what was sent. Does not fail. @param reason why: a store that is away is not asked again */
  abort(reason: unknown): Promise<void>
}

/**
 * Parts whose object has a name are sent at once. Others are held while nobody else needs the memory, since docker tells the name when the body has
 * ended: then they go straight where they belong. When somebody has to wait they are sent to a scratch key, from which the store copies the object.
 */
export function outgoingParts({ bucket, memory, copies, length, key, scratch }: OutgoingOf, options: CallOptions): OutgoingParts {
  const held: Share[] = []
  let upload: Multipart | undefined
  let place: Key | undefined
  let sending: Promise<void> | undefined
  let any = false

  const send = async (full: Share, to: Multipart) => {
    try {
      await to.add(async part => {
        try {
          return await uploadPart(bucket, place ?? '', { ...part, content: full.content })
        } finally {
          full.release()
        }
      })
    } catch (error) {
      full.release()
      throw error
    }
  }

  const sendAll = async (target: Key) => {
    if (!upload) {
      place = target
      upload = await beginMultipart(bucket, target, breadth, options)
    }
    for (let next = held.shift(); next; next = held.shift()) await send(next, upload)
  }

  /** One after the other, whoever asks: the parts stay in order. */
  const sendTo = (target: () => Key): Promise<void> => {
    sending = (sending ?? Promise.resolve()).then(() => sendAll(place ?? target()))
    return sending
  }

  /** What goes wrong is told to whoever adds the next part, or completes. */
  const giveBack = () => void sendTo(scratch).catch(() => {})

  /** Whatever becomes of the copy, nothing stays under the scratch key. Who leaves when that is all there is to do has been served. */
  const rename = async (copy: Copy) => {
    try {
      await copyWithin(bucket, copy, copies, options)
    } catch (error) {
      await tidyAfter(error, deleteObject(bucket, copy.source))
      throw error
    }
    await deleteObject(bucket, copy.source)
  }

  return {
    get any() {
      return any
    },

    async add(full) {
      any = true
      held.push(full)
      const more = key === undefined && !sending ? memory.spare(length, giveBack) : undefined
      if (more) return more
      await sendTo(() => key ?? scratch())
      return memory.reserve(length, options.signal)
    },

    async complete(last, target, size) {
      held.push(last)
      await sendTo(() => target)
      await upload?.complete(size)
      if (place !== undefined && place !== target) await rename({ source: place, target, size })
    },

    async abort(reason) {
      await sending?.catch(() => {})
      for (const share of held) share.release()
      await upload?.abort(reason)
    },
  }
}
