import type { Hasher } from './hasher.ts'

export interface ResumableHasher extends Hasher {
  /** What another process needs to go on from here: some 120 bytes, bound to the library's build. */
  save(): Uint8Array
}

/**
 * A sha256 whose state can travel, for uploads in chunks. A fifth of the native one's speed, hence only where the state is needed.
 *
 * @returns `undefined` if `state` was saved by another build of the library: the bytes have to be read again
 */
export async function resumableHasher(state?: Uint8Array): Promise<ResumableHasher | undefined> {
  // Loaded when the first chunk comes: most registries never see one.
  const { createSHA256 } = await import('hash-wasm')
  const hash = await createSHA256()
  if (!state) hash.init()
  else if (!loaded(() => hash.load(state))) return undefined
  return {
    update(piece) {
      hash.update(piece)
    },
    digest: () => hash.digest('hex'),
    save: () => hash.save(),
  }
}

/** hash-wasm throws on a state of another build or length; the signature has already told that the state is ours. */
function loaded(load: () => unknown): boolean {
  try {
    load()
    return true
  } catch {
    return false
  }
}
