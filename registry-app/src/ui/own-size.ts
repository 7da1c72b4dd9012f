import type { ManifestFacts } from './manifest-facts.ts'

/**
 * What one manifest takes with its config and layers, each counted once. Bytes.
 *
 * @returns `undefined` where it is not there, or is an index: what that takes, its entries would have to be read for
 */
export function ownSize(facts: ManifestFacts | undefined): number | undefined {
  if (!facts || facts.manifests.length > 0) return undefined
  const blobs = new Map(facts.blobs.map(({ digest, size }) => [digest, size]))
  return [...blobs.values()].reduce((sum, size) => sum + size, facts.size)
}
