import { nativeHasher } from '../hash/native.ts'
import type { StoredObject } from '../storage/driver.ts'
import { algorithmOf, type Digest, hexOf } from './digest.ts'

/**
 * The bytes of a whole object, unless they are not those of the digest: then the last piece never comes, and whoever pulls sees a connection that
 * broke, not a blob that looks whole.
 *
 * @param place for the error: where the damaged object lies
 * @param proven told once the bytes are the right ones
 */
export async function* verifiedBody(
  { size, body }: StoredObject,
  digest: Digest,
  place: string,
  proven: () => void,
): AsyncGenerator<Uint8Array> {
  const hasher = nativeHasher(algorithmOf(digest))
  const check = async () => {
    if ((await hasher.digest()) !== hexOf(digest)) throw new Error(`${place} does not have the digest ${digest}: it is damaged`)
    proven()
  }
  if (size === 0) return check()
  let left = size
  for await (const piece of body) {
    await hasher.update(piece)
    left -= piece.length
    if (left === 0) await check()
    yield piece
  }
}
