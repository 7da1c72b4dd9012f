/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const smallestPart = 5 * 1024 * 1024
export const mostParts = 10_000

/**
 * Up to here one request takes a body: as fast as three parts side by side, their beginning and their end, and it costs a fifth. Larger ones gain by
 * parts. Bytes.
 */
export const largestWhole = 32 * 1024 * 1024

/** So many parts of one upload are on their way to the store at once, memory permitting. */
export const breadth = 4

/** So many are enough where other uploads are on their way as well: fewer requests, each of which costs both sides, and no connection less is busy. */
export const breadthAmongOthers = 2

/** A part of a body that is still coming in is no larger, unless the configuration says so: others are to have memory too. Bytes. */
const largestAhead = 16 * 1024 * 1024

/**
 * The size of every part but the last, in bytes: some stores (Cloudflare R2) demand that they are equal.
 *
 * @param usual what the configuration says; it grows where a blob of a known length would not fit into 10,000 parts
 */
export function partSize(usual: number, size: number | undefined): number {
  if (size === undefined || size <= usual * mostParts) return usual
  return wholeMiB(size / mostParts)
}

/** So large is each of so many parts of a body that is all at hand, but the last, which is smaller. In bytes, and no less than `least`. */
export const evenPart = (size: number, count: number, least: number): number => Math.max(least, wholeMiB(size / count))

/**
 * The same for a body of a known length that goes while it comes in. With 16 MiB in place of 10 a push costs two fifths of the requests less, and some
 * 5 % of the CPU on both sides.
 */
export const amplePart = (size: number, usual: number): number => Math.max(usual, Math.min(largestAhead, evenPart(size, breadth, usual)))

const wholeMiB = (bytes: number) => Math.ceil(bytes / 2 ** 20) * 2 ** 20
