import { type Digest, hexOf } from '../digest.ts'

/** Of a raw sha256. */
export const digestLength = 32

const bytesOf = (canonical: Digest): Buffer => Buffer.from(hexOf(canonical), 'hex')

const digestAt = (packed: Uint8Array, index: number): Digest =>
  `sha256:${Buffer.from(packed.buffer, packed.byteOffset + index * digestLength, digestLength).toString('hex')}`

/** Canonical digests one after the other, sorted. */
export function packDigests(digests: Iterable<Digest>): Buffer {
  return Buffer.concat([...digests].sort().map(bytesOf))
}

export function* unpackDigests(packed: Uint8Array): Generator<Digest> {
  for (let index = 0; index < packed.length / digestLength; index += 1) yield digestAt(packed, index)
}

/** Whether the digest is among those that were packed. */
export function isPacked(packed: Uint8Array, canonical: Digest): boolean {
  const wanted = bytesOf(canonical)
  let [low, high] = [0, packed.length / digestLength]
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = Buffer.compare(wanted, packed.subarray(middle * digestLength, (middle + 1) * digestLength))
    if (order === 0) return true
    if (order > 0) low = middle + 1
    else high = middle
  }
  return false
}
