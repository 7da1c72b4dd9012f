import { asDigest, type Digest } from '../../../registry-app/src/registry/digest.ts'
import { fallbackTag } from '../../../registry-app/src/registry/fallback-tag.ts'
import { mediaTypeOf, parseStored } from '../../../registry-app/src/registry/manifest-content.ts'
import { RegistryFailure } from '../../registry-client/http/failure.ts'
import type { ImageSource, RawManifest } from '../../registry-client/ports.ts'
import { digestLike, largestManifest } from '../../registry-client/read-manifest.ts'
import { UsageError } from '../../usage-error.ts'
import type { LayoutFiles } from './files.ts'
import { blobPath, isCalled, type LayoutEntry, namesOf } from './layout-index.ts'

/** A source of files, which may hold one image without a name. */
export interface FileSource extends ImageSource {
  /** The digest of the only image, if it has no tag. */
  nameless?(): Promise<Digest>
  close(): Promise<void>
}

/**
 * An OCI image layout, in a folder or an archive.
 *
 * @param wanted a tag or a name: no other image of it
 * @throws UsageError
 */
export function layoutSource(files: LayoutFiles, entries: readonly LayoutEntry[], wanted?: string): FileSource {
  const chosen =
    wanted === undefined ? entries : entries.filter(entry => isCalled(namesOf(entry).full, wanted) || namesOf(entry).tag === wanted)
  if (chosen.length === 0) throw new UsageError(`${files.title} has no image${wanted === undefined ? '' : ` ${wanted}`} in it`)
  const byTag = tagged(files.title, chosen)
  const [first] = chosen

  async function manifest(reference: string): Promise<RawManifest | undefined> {
    const digest = asDigest(reference) ?? byTag.get(reference)?.digest
    const content = digest && (await files.read(blobPath(digest), largestManifest))
    if (!digest || !content) return undefined
    if (digestLike(digest, content) !== digest) throw new RegistryFailure(`${files.title}: the bytes of ${digest} are others`)
    return { content, digest, mediaType: entries.find(entry => entry.digest === digest)?.mediaType ?? mediaTypeOf(content) }
  }

  let subjects: Promise<ReadonlyMap<string, readonly Digest[]>> | undefined
  /** What lies beside the images, with a subject, as oras writes it. */
  async function readSubjects() {
    const found = new Map<string, Digest[]>()
    for (const { digest } of entries) {
      const raw = await manifest(digest)
      const subject = raw && parseStored(raw.content, raw.mediaType)?.subject?.digest
      if (subject) found.set(subject, [...(found.get(subject) ?? []), digest])
    }
    return found
  }

  return {
    title: files.title,
    ...(byTag.size === 0 && chosen.length === 1 && first ? { nameless: async () => first.digest } : {}),
    tags: async () => [...byTag.keys()],
    resolve: async tag => byTag.get(tag)?.digest,
    manifest,
    blob: ({ digest }) => files.stream(blobPath(digest)),
    async referrers(subject) {
      subjects ??= readSubjects()
      const index = byTag.get(fallbackTag(subject))
      const listed = index && (await manifest(index.digest))
      const older = (listed && parseStored(listed.content, listed.mediaType)?.manifests.map(({ digest }) => digest)) ?? []
      return [...new Set([...((await subjects).get(subject) ?? []), ...older])]
    },
    close: () => files.close(),
  }
}

function tagged(title: string, entries: readonly LayoutEntry[]): ReadonlyMap<string, LayoutEntry> {
  const found = new Map<string, LayoutEntry>()
  for (const entry of entries) {
    const { tag } = namesOf(entry)
    if (tag === undefined) continue
    if ((found.get(tag)?.digest ?? entry.digest) !== entry.digest)
      throw new UsageError(`${title} has several images with the tag ${tag}: name one of them in full`)
    found.set(tag, entry)
  }
  return found
}
