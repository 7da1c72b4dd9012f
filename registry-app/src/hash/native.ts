import { createHash } from 'node:crypto'
import type { Hasher } from './hasher.ts'

/** OpenSSL's hash on this thread: 1.7 GB/s with SHA extensions. Its state cannot leave the process (nodejs/node#25411). */
export function nativeHasher(algorithm: 'sha256' | 'sha512'): Hasher {
  const hash = createHash(algorithm)
  return {
    update(piece) {
      hash.update(piece)
    },
    digest: () => hash.digest('hex'),
  }
}
