import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { asDigest, type Digest } from './digest.ts'
import { manifestLimit } from './manifest-store.ts'
import { blobDataPath } from './paths.ts'

/** What a manifest names as the entries of an index; none, if it is another kind of manifest, or not there. @param canonical under which its data lies */
export async function indexEntries(driver: StorageDriver, canonical: Digest, options?: CallOptions): Promise<readonly Digest[]> {
  const content = await driver.read(blobDataPath(canonical), { ...options, limit: manifestLimit })
  return content ? entriesIn(content) : []
}

/** Whatever the media type says, and also where another program has stored it. */
export function entriesIn(content: Uint8Array): readonly Digest[] {
  const { manifests } = jsonIn(content)
  return Array.isArray(manifests) ? manifests.flatMap(entry => asDigest(String(entry?.digest)) ?? []) : []
}

/** What a manifest is attached to, whatever its media type says. */
export function subjectIn(content: Uint8Array): Digest | undefined {
  const { subject } = jsonIn(content)
  return asDigest(String(Object(subject).digest))
}

function jsonIn(content: Uint8Array): { manifests?: unknown; subject?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(content).toString()))
  } catch {
    return {}
  }
}
