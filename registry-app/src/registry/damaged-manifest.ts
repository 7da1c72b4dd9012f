import type { Key } from '../storage/driver.ts'
import type { Digest } from './digest.ts'

/** What is stored as a manifest does not have its digest, by two readings. */
export class DamagedManifest extends Error {
  override readonly name = 'DamagedManifest'

  constructor(place: Key, digest: Digest) {
    super(`the manifest stored at ${place} does not have the digest ${digest}: it is damaged`)
  }
}
