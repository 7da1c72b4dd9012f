/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const smallestPart = 5 * 1024 * 1024
export const mostParts = 10_000

/**
 * Up to here one request takes a body: as fast as three parts side by side, their beginning and their end, and it costs a fifth. Larger ones gain by
 * parts. Bytes.
 */
export const largestWhole = 32 * 1024 * 1024

/**
 * The size of every part but the last, in bytes: some stores (Cloudflare R2) demand that they are equal.
 *
 * @param usual what the configuration says; it grows where a blob of a known length would not fit into 10,000 parts
 */
export function partSize(usual: number, size: number | undefined): number {
  if (size === undefined || size <= usual * mostParts) return usual
  const MiB = 1024 * 1024
  return Math.ceil(size / mostParts / MiB) * MiB
}
