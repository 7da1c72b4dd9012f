const mebibyte = 2 ** 20

/** What everything but uploads takes at most, in MiB: the process, bodies on their way in, manifests and what is known of blobs (docs/operations.md, "Memory"). */
const besides = 196

/** Less than this holds no layer whole. */
const least = 32

/**
 * How many bytes of uploads a registry may hold that is given so much memory: `storage.s3.uploadmemory`.
 *
 * A third is spare, since V8 returns memory late.
 */
export function uploadMemory(memoryMiB: number): number {
  return Math.max(least, Math.floor(memoryMiB / 1.5) - besides) * mebibyte
}
