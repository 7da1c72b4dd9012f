import type { S3Bucket } from '../../s3/bucket.ts'
import { deleteObject } from '../../s3/delete-object.ts'
import { putObject } from '../../s3/put-object.ts'
import { uploadPart } from '../../s3/upload-part.ts'
import type { CallOptions, Key } from '../driver.ts'
import { type Copy, type CopyLimits, copyWithin } from './copy.ts'
import { beginMultipart, type Multipart, storeInParts } from './multipart.ts'
import type { Holder, PartMemory, Share } from './part-memory.ts'
import { breadth, breadthAmongOthers, evenPart } from './part-size.ts'
import { slices } from './slices.ts'
import { tidyAfter } from './tidy-after.ts'

export interface OutgoingOf {
  bucket: S3Bucket
  memory: PartMemory
  copies: CopyLimits
  /** Of every part but the last, in bytes; of those of a body that was held whole, the least. */
  length: number
  /** Of the whole body, in bytes, where the sender told it. */
  size: number | undefined
  /** A body of up to so many bytes goes by one request, if it can be held until it has ended. */
  wholeUpTo: number
  /** Where the object will be, or `undefined` as long as nobody knows. */
  key: Key | undefined
  /** Where its parts go if they have to be sent before. */
  scratch: () => Key
}

/** The parts of one body on their way to the store. */
export interface OutgoingParts {
  /** Whether there is any: the body is larger than one. */
  readonly any: boolean
  /** Whether it keeps them where it can, instead of sending each at once. */
  readonly holds: boolean
  /** Takes over a part that is full. @returns room for the next */
  add(full: Share): Promise<Share>
  /** Makes the object of them and the last one. @param size of all of it, in bytes */
  complete(last: Share, key: Key, size: number): Promise<void>
  /** Gives up what is held and what was sent. Does not fail. @param reason why: a store that is away is not asked again */
  abort(reason: unknown): Promise<void>
}

/**
 * Parts are held while nobody else needs the memory, where that spares requests: docker tells the name when the body has ended, and then they go
 * straight where they belong; and a body that is not large goes by one request instead of four or more. All others are sent at once. When somebody has
 * to wait, what is held is sent too: where it belongs, or to a scratch key, from which the store copies the object.
 */
export function outgoingParts(of: OutgoingOf, options: CallOptions): OutgoingParts {
  const { bucket, memory, copies, length, size: told = Number.POSITIVE_INFINITY, wholeUpTo, key, scratch } = of
  const holds = key === undefined || told <= wholeUpTo
  const held: Share[] = []
  let upload: Multipart | undefined
  let place: Key | undefined
  let sending: Promise<void> | undefined
  let any = false
  let holder: Holder | undefined

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
    if (held.length === 0) return
    if (!upload) {
      place = target
      upload = await beginMultipart(bucket, target, breadth, options)
    }
    for (let full = held.shift(); full; full = held.shift()) await send(full, upload)
  }

  /** All that is held is on its way from now on. */
  const letGo = () => {
    holder?.end()
    for (const share of held) share.sending()
  }

  /** One after the other, whoever asks: the parts stay in order. */
  const sendTo = (target: () => Key): Promise<void> => {
    letGo()
    sending = (sending ?? Promise.resolve())
      .then(() => sendAll(place ?? target()))
      .catch(error => {
        // The upload has failed, but its client may be long in hearing of it: others wait for what it holds.
        release(held.splice(0))
        throw error
      })
    return sending
  }

  /** All of it is at hand, and nothing was sent: parts of one size end at about the same time. */
  const putHeld = async (target: Key, size: number) => {
    letGo()
    const whole = held.splice(0)
    const isAlone = memory.state().used <= roomOf(whole)
    const partLength = evenPart(size, isAlone ? breadth : breadthAmongOthers, length)
    const add = async (to: Multipart) => {
      for (const content of slices(contentOf(whole), partLength)) await to.add(part => uploadPart(bucket, target, { ...part, content }))
    }
    try {
      if (size <= wholeUpTo) await putObject(bucket, target, contentOf(whole), options)
      else await storeInParts(bucket, target, { breadth, size, add }, options)
    } finally {
      release(whole)
    }
  }

  /** What goes wrong is told to whoever adds the next part, or completes. */
  const giveBack = () => void sendTo(() => key ?? scratch()).catch(() => {})

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
    holds,
    get any() {
      return any
    },

    async add(full) {
      any = true
      held.push(full)
      if (holds && !sending) {
        holder ??= memory.hold(giveBack)
        const more = await holder.more(length, options.signal)
        if (more) return more
      }
      await sendTo(() => key ?? scratch())
      return memory.reserve(length, options)
    },

    async complete(last, target, size) {
      held.push(last)
      if (!sending) {
        sending = putHeld(target, size)
        return sending
      }
      await sendTo(() => target)
      await upload?.complete(size)
      if (place !== undefined && place !== target) await rename({ source: place, target, size })
    },

    async abort(reason) {
      holder?.end()
      // At once: whoever has to wait for memory has what is still held sent.
      release(held.splice(0))
      const ended = upload?.abort(reason)
      await sending?.catch(() => {})
      await (ended ?? upload?.abort(reason))
    },
  }
}

const roomOf = (shares: readonly Share[]) => shares.reduce((sum, { capacity }) => sum + capacity, 0)
const contentOf = (shares: readonly Share[]) => shares.flatMap(({ content }) => content)
const release = (shares: readonly Share[]) => {
  for (const share of shares) share.release()
}
