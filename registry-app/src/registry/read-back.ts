import { nativeHasher } from '../hash/native.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { Algorithm, Digest } from './digest.ts'

/** The digests of stored objects, read one after the other as if they were one: the canonical one, and that of another algorithm. */
export async function digestsOf(
  driver: StorageDriver,
  sources: readonly Key[],
  algorithm: Algorithm,
  options?: CallOptions,
): Promise<{ canonical: Digest; asked: Digest }> {
  const hashers = hashersFor(algorithm)
  for (const source of sources) {
    const object = await driver.get(source, options)
    if (!object) throw new Error(`${source} is gone before its upload was closed`)
    for await (const piece of object.body) for (const hasher of hashers) await hasher.update(piece)
  }
  return digestsFrom(hashers, algorithm)
}

/** One hasher where the asked algorithm is the canonical one, two where it is not. The canonical one comes first. */
export function hashersFor(algorithm: Algorithm) {
  return algorithm === 'sha256' ? [nativeHasher('sha256')] : [nativeHasher('sha256'), nativeHasher(algorithm)]
}

export async function digestsFrom(
  hashers: ReturnType<typeof hashersFor>,
  algorithm: Algorithm,
): Promise<{ canonical: Digest; asked: Digest }> {
  const [first = '', second] = await Promise.all(hashers.map(hasher => hasher.digest()))
  const canonical: Digest = `sha256:${first}`
  return { canonical, asked: second === undefined ? canonical : `${algorithm}:${second}` }
}
