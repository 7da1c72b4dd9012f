import { inParallel } from '../concurrency/in-parallel.ts'
import type { Digest } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import type { ManifestRules } from '../registry/manifest-rules.ts'
import type { Name, Reference, Tag } from '../registry/name.ts'
import { tagLinkPath } from '../registry/paths.ts'
import { isUnavailable, type StorageDriver } from '../storage/driver.ts'
import { checkImage } from './check-image.ts'
import { blobInspector } from './inspect-blob.ts'
import { type RepositoryKeys, repositoryKeys } from './repository-keys.ts'

export type Fault =
  /** The bytes are not there. */
  | 'missing'
  /** They are there, and this repository has no link that lets it serve them. */
  | 'unlinked'
  | 'damaged'
  | 'wrong size'
  | 'unreadable'

/** Something that keeps an image from being pulled whole. */
export interface Problem {
  readonly repository: Name
  /** The manifest in which it is named, or which it is; absent where a tag itself cannot be read. */
  readonly image?: Digest | undefined
  /** Tags that lead to that manifest, be it through an index. */
  readonly tags: readonly Tag[]
  readonly object: 'tag' | 'manifest' | 'blob'
  readonly digest?: Digest | undefined
  readonly fault: Fault
  readonly detail?: string | undefined
}

export interface Checked {
  readonly repositories: number
  readonly manifests: number
  readonly blobs: number
  /** Bytes of blobs that were read. */
  readonly bytes: number
  readonly problems: readonly Problem[]
}

export interface CheckOptions {
  driver: StorageDriver
  /** Requests to the store at the same time. */
  breadth: number
  /** Every blob is read to its end; else only its size is looked at. Manifests are read in any case. */
  deep: boolean
  /** Which entries of an index must be here. */
  platforms: ManifestRules['platforms']
  /** One image, one repository; or all of them. */
  of?: { readonly name: Name; readonly reference?: Reference | undefined } | undefined
  /** Told how far it is. */
  progress?: ((checked: Omit<Checked, 'problems'> & { problems: number }) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Walks the images of a storage, and says what of them is missing or damaged. It writes nothing. */
export async function check(options: CheckOptions): Promise<Checked> {
  const { driver, breadth, deep, of, progress, signal } = options
  const inspect = await blobInspector(driver, deep, signal)
  const problems: Problem[] = []
  const counts = { repositories: 0, manifests: 0 }
  const soFar = () => ({ ...counts, ...inspect.seen })

  for await (const keys of repositoryKeys(driver, of?.name, signal)) {
    counts.repositories += 1
    const { tagged, faults } = await readTags(driver, keys, of?.reference, breadth, signal)
    problems.push(...faults)
    const checked = new Set<Digest>()
    const parents = new Map<Digest, Set<Digest>>()
    const found: Omit<Problem, 'tags'>[] = []
    const wanted = of?.reference === undefined ? [...keys.revisions, ...tagged.keys()] : [...tagged.keys()]
    for (let next = [...new Set(wanted)]; next.length > 0; ) {
      for (const digest of next) checked.add(digest)
      const entries = await inParallel(next, breadth, async digest => {
        const image = await checkImage(keys, digest, { ...options, inspect })
        found.push(...image.problems)
        counts.manifests += 1
        for (const entry of image.entries) parents.set(entry, (parents.get(entry) ?? new Set()).add(digest))
        progress?.({ ...soFar(), problems: problems.length + found.length })
        return image.entries
      })
      next = [...new Set(entries.flat())].filter(digest => !checked.has(digest))
    }
    for (const problem of found) problems.push({ ...problem, tags: problem.image ? tagsOf(problem.image, tagged, parents) : [] })
  }
  return { ...soFar(), problems }
}

/** The manifests that the repository's tags name, and the tags of each. */
async function readTags(
  driver: StorageDriver,
  { name, tags }: RepositoryKeys,
  reference: Reference | undefined,
  breadth: number,
  signal: AbortSignal | undefined,
): Promise<{ tagged: Map<Digest, Tag[]>; faults: Problem[] }> {
  const tagged = new Map<Digest, Tag[]>()
  const faults: Problem[] = []
  const fault = (tag: Tag, kind: Fault, detail?: string) =>
    void faults.push({ repository: name, tags: [tag], object: 'tag', fault: kind, ...(detail === undefined ? {} : { detail }) })
  if (reference?.digest !== undefined) tagged.set(reference.digest, [])
  if (reference?.tag !== undefined && !tags.has(reference.tag)) fault(reference.tag, 'missing')
  await inParallel([...tags], breadth, async tag => {
    try {
      const digest = await readLink(driver, tagLinkPath(name, tag), { signal })
      const isWanted = reference === undefined || tag === reference.tag || tagged.has(digest as Digest)
      if (digest && isWanted) tagged.set(digest, [...(tagged.get(digest) ?? []), tag])
    } catch (error) {
      if (signal?.aborted || isUnavailable(error)) throw error
      if (reference === undefined || tag === reference.tag) fault(tag, 'unreadable', error instanceof Error ? error.message : String(error))
    }
  })
  return { tagged, faults }
}

/** By itself, and through the indexes that lead to it. */
function tagsOf(image: Digest, tagged: ReadonlyMap<Digest, readonly Tag[]>, parents: ReadonlyMap<Digest, ReadonlySet<Digest>>): Tag[] {
  const tags = new Set<Tag>()
  const seen = new Set<Digest>()
  for (let next = [image]; next.length > 0; ) {
    for (const digest of next) {
      seen.add(digest)
      for (const tag of tagged.get(digest) ?? []) tags.add(tag)
    }
    next = next.flatMap(digest => [...(parents.get(digest) ?? [])]).filter(digest => !seen.has(digest))
  }
  return [...tags].toSorted()
}
