import type { S3Bucket } from '../../s3/bucket.ts'
import { type ByteRange, getObject } from '../../s3/get-object.ts'

export const KiB = 1024
export const MiB = 1024 * KiB

/** Bytes of which none is where another could be: shifted or cut, they are not the same. */
export function content(size: number, seed = 0): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >>> 8) * 7 + (at >>> 16) * 3 + seed) & 0xff
  return bytes
}

/** An object's bytes, or `undefined`. */
export async function read(bucket: S3Bucket, key: string, signal: AbortSignal, range?: ByteRange): Promise<Buffer | undefined> {
  const object = await getObject(bucket, key, { signal, range })
  if (!object) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of object.body) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
