import { digestLength } from './digest-bytes.ts'

/** What one run of garbage collection has found dead. It is published once and never changes. */
export interface CondemnedList {
  /** When the first mark began, by the store's clock; milliseconds since 1970. */
  readonly begun: number
  /** The grace that the run goes by, in milliseconds. */
  readonly grace: number
  /** Manifests without a tag are on it too. */
  readonly untagged: boolean
  /** Canonical digests, packed. */
  readonly digests: Uint8Array
}

/** How many digests one list may have. */
export const mostCondemned = 100_000
/** What such a list is at most, in bytes. */
export const listLimit = mostCondemned * digestLength + 1024

const format = 1

/** A line of JSON, and then the digests as they are. */
export function encodeList({ digests, ...facts }: CondemnedList): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ format, ...facts })}\n`), digests])
}

/** @throws Error if it is none that this release knows: whoever cannot read it must not write beside it */
export function decodeList(key: string, content: Uint8Array): CondemnedList {
  const end = content.indexOf(10)
  const facts = (end < 0 ? {} : JSON.parse(Buffer.from(content.subarray(0, end)).toString())) as Partial<CondemnedList> & {
    format?: number
  }
  const { begun, grace, untagged } = facts
  const digests = content.subarray(end + 1)
  if (facts.format !== format || typeof begun !== 'number' || typeof grace !== 'number' || digests.length % digestLength !== 0)
    throw new Error(`${key} is no list of condemned blobs that this release knows`)
  return { begun, grace, untagged: untagged === true, digests }
}
