import type { Hasher } from '../hash/hasher.ts'

/** The same bytes, which the hashers have seen by the time they come out. */
export async function* hashed(body: AsyncIterable<Uint8Array>, ...hashers: readonly Hasher[]): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    for (const hasher of hashers) {
      const behind = hasher.update(piece)
      if (behind) await behind
    }
    yield piece
  }
}
