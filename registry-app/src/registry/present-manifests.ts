import { inParallel } from '../concurrency/in-parallel.ts'
import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import type { ManifestStore } from './manifest-store.ts'
import type { Name } from './name.ts'
import { revisionLinkPath, revisionsPath } from './paths.ts'

const breadth = 16

/** Fewer manifests than this are asked for one by one. */
const worthAList = 2

/** Those of the manifests that the repository has. Where each look is a request, one page of a list answers for most. */
export async function presentManifests(
  driver: StorageDriver,
  store: ManifestStore,
  name: Name,
  digests: readonly Digest[],
  options?: CallOptions,
): Promise<Digest[]> {
  const listed = driver.remote && digests.length >= worthAList ? await firstRevisions(driver, name, options) : new Set<string>()
  const present = await inParallel(
    digests,
    breadth,
    async digest => listed.has(revisionLinkPath(name, digest)) || store.has(name, digest, options),
  )
  return digests.filter((_, index) => present[index])
}

async function firstRevisions(driver: StorageDriver, name: Name, options?: CallOptions): Promise<ReadonlySet<string>> {
  for await (const { objects } of driver.list(revisionsPath(name), options)) return new Set(objects.map(({ key }) => key))
  return new Set()
}
