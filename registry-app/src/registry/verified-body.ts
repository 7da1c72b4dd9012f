import { nativeHasher } from '../hash/native.ts'
import type { StoredObject } from '../storage/driver.ts'
import { algorithmOf, type Digest, hexOf } from './digest.ts'

/**
 * The bytes of a whole object, unless they are not those of the digest, or not as many as the object has: then the last piece never comes, and whoever
 * pulls sees a connection that broke, not a blob that looks whole.
 *
 * @param place for the error: where the damaged object lies
 * @param proven told once the bytes are the right ones
 */
export async function* verifiedBody(
  { size, body }: Pick<StoredObject, 'size' | 'body'>,
  digest: Digest,
  place: string,
  proven: () => void,
): AsyncGenerator<Uint8Array> {
  const hasher = nativeHasher(algorithmOf(digest))
  let left = size
  const check = async () => {
    if ((await hasher.digest()) !== hexOf(digest)) throw new Error(`${place} does not have the digest ${digest}: it is damaged`)
    proven()
  }
  if (size === 0) await check()
  for await (const piece of body) {
    if (piece.length === 0) continue
    if (piece.length > left) throw new Error(`${place} has more than the ${size} bytes that it should have`)
    await hasher.update(piece)
    left -= piece.length
    if (left === 0) await check()
    yield piece
  }
  if (left > 0) throw new Error(`${place} ended ${left} bytes before its ${size}`)
}
