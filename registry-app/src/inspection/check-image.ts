import { referencesOf } from '../collection/references.ts'
import { inParallel } from '../concurrency/in-parallel.ts'
import type { Digest } from '../registry/digest.ts'
import { isCanonical } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import { type Descriptor, mediaTypeOf, ownBlobs, parseStored } from '../registry/manifest-content.ts'
import { isRequired, type ManifestRules } from '../registry/manifest-rules.ts'
import { digestOf, manifestLimit } from '../registry/manifest-store.ts'
import { blobDataPath, layerLinkPath, revisionLinkPath } from '../registry/paths.ts'
import { isUnavailable, type StorageDriver } from '../storage/driver.ts'
import type { Fault, Problem } from './check.ts'
import type { BlobInspector } from './inspect-blob.ts'
import type { RepositoryKeys } from './repository-keys.ts'

export interface CheckImageOptions {
  driver: StorageDriver
  breadth: number
  platforms: ManifestRules['platforms']
  inspect: BlobInspector
  signal?: AbortSignal | undefined
}

export interface CheckedImage {
  readonly problems: readonly Omit<Problem, 'tags'>[]
  /** Of an index: those that are here. */
  readonly entries: readonly Digest[]
}

interface Wanted {
  readonly digest: Digest
  /** Where the manifest says one. */
  readonly size: number | undefined
}

/** One manifest of a repository, and the blobs that whoever pulls it pulls from there. */
export async function checkImage(keys: RepositoryKeys, image: Digest, options: CheckImageOptions): Promise<CheckedImage> {
  const { driver, breadth, platforms, inspect, signal } = options
  const { name, layers, revisions } = keys
  const problems: Omit<Problem, 'tags'>[] = []
  const fault = (object: 'manifest' | 'blob', digest: Digest, kind: Fault, detail?: string) =>
    void problems.push({ repository: name, image, object, digest, fault: kind, ...(detail === undefined ? {} : { detail }) })

  /** What cannot be read is a finding; a store that is away ends all. */
  const trying = async <Result>(digest: Digest, object: 'manifest' | 'blob', read: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (signal?.aborted || isUnavailable(error)) throw error
      fault(object, digest, 'unreadable', error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  async function readManifest(): Promise<Uint8Array | undefined> {
    const canonical = isCanonical(image) ? image : await readLink(driver, revisionLinkPath(name, image), { signal })
    const content = canonical && (await driver.read(blobDataPath(canonical), { limit: manifestLimit, signal }))
    if (!content) fault('manifest', image, 'missing')
    else if (digestOf(content, image) === image) return content
    else fault('manifest', image, 'damaged', `its ${content.length} bytes have another digest`)
    return undefined
  }

  async function checkBlob({ digest, size }: Wanted) {
    if (!layers.has(digest)) {
      const isThere = isCanonical(digest) && (await inspect(digest, digest)).fault === undefined
      return fault('blob', digest, isThere ? 'unlinked' : 'missing')
    }
    const canonical = isCanonical(digest) ? digest : await readLink(driver, layerLinkPath(name, digest), { signal })
    const state = canonical ? await inspect(digest, canonical) : ({ fault: 'missing' } as const)
    if (state.fault !== undefined) fault('blob', digest, state.fault, state.detail)
    else if (size !== undefined && state.size !== size) fault('blob', digest, 'wrong size', `it has ${state.size} bytes, not ${size}`)
  }

  const content = await trying(image, 'manifest', readManifest)
  if (!content) return { problems, entries: [] }
  if (!revisions.has(image)) fault('manifest', image, 'unlinked')
  const { blobs, entries } = namedBy(content)
  await inParallel(blobs, breadth, blob => trying(blob.digest, 'blob', () => checkBlob(blob)))
  for (const entry of entries) {
    if (isRequired(entry, platforms) && !revisions.has(entry.digest) && !layers.has(entry.digest))
      fault('manifest', entry.digest, 'missing')
  }
  return { problems, entries: entries.map(({ digest }) => digest).filter(digest => revisions.has(digest)) }
}

/** What is no manifest that would be accepted today, of another program or an old one, is read leniently, and has no sizes. */
function namedBy(content: Uint8Array): { blobs: readonly Wanted[]; entries: readonly Pick<Descriptor, 'digest' | 'platform'>[] } {
  const manifest = parseOrNothing(content)
  if (manifest) return { blobs: distinct(ownBlobs(manifest)), entries: manifest.manifests }
  const { blobs, manifests } = referencesOf(content)
  return { blobs: blobs.map(digest => ({ digest, size: undefined })), entries: manifests.map(digest => ({ digest })) }
}

function parseOrNothing(content: Uint8Array) {
  try {
    return parseStored(content, mediaTypeOf(content))
  } catch {
    // No JSON, or none of a kind that is known.
    return undefined
  }
}

const distinct = (blobs: readonly Wanted[]) => [...new Map(blobs.map(blob => [`${blob.digest} ${blob.size}`, blob])).values()]
