import { RegistryError } from '../registry/errors.ts'
import { manifestLimit } from '../registry/manifest-store.ts'
import type { Context } from './context.ts'
import { receiveBody } from './receive-body.ts'

/** What is not larger waits for nobody, and holds little more than its connection does: nearly every manifest. Bytes. */
const small = 64 * 1024

export interface ManifestBody {
  readonly content: Uint8Array
  /** To be called, once, when the manifest is stored or refused. */
  release(): void
}

/**
 * Receives a manifest, in memory that is bounded over all of them. Whoever holds some has to be quick, or he would keep out all others.
 *
 * @throws RegistryError MANIFEST_INVALID with 413, before anything is read where the client told the size
 */
export async function receiveManifest({ registry, request, signal }: Context): Promise<ManifestBody> {
  const { body } = request
  if (body.size !== undefined && body.size > manifestLimit) tooLarge(body.size)
  let release: (() => void) | undefined
  if (body.size !== undefined && body.size > small) release = await registry.manifests.admit(body.size, { signal })

  try {
    const content = await receiveBody(request, async total => {
      if (total > manifestLimit) tooLarge(total)
      if (total > small) release ??= await registry.manifests.admit(manifestLimit, { signal })
    })
    return { content, release: () => release?.() }
  } catch (error) {
    release?.()
    throw error
  }
}

function tooLarge(size: number): never {
  throw new RegistryError('MANIFEST_INVALID', { size, allowed: `at most ${manifestLimit} bytes` }, { status: 413 })
}
