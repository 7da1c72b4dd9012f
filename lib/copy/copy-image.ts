import { inParallel } from '../../registry-app/src/concurrency/in-parallel.ts'
import type { Digest } from '../../registry-app/src/registry/digest.ts'
import { ownBlobs } from '../../registry-app/src/registry/manifest-content.ts'
import { RegistryFailure } from '../registry-client/http/failure.ts'
import type { ImageSource, ImageTarget, RawManifest } from '../registry-client/ports.ts'
import type { BlobCopier } from './copy-blob.ts'
import { choosePlatforms, type Platform, readable } from './platform.ts'

export interface CopyWishes {
  /** Of an index; none: all. */
  readonly platforms: readonly Platform[]
  /** With what refers to an image: signatures, bills of material. */
  readonly referrers: boolean
  readonly dryRun: boolean
}

/** What was done for one image. */
export interface Tally {
  sent: number
  mounted: number
  present: number
  /** Of the blobs that were sent. */
  bytes: number
  /** Those that were put. */
  manifests: number
}

/** Copies the images of one repository. What two of them share is copied once. */
export interface RepositoryCopy {
  /**
   * Copies what a tag, or a digest, stands for.
   *
   * @param as another tag at the target
   * @returns its digest, as it is at the target; `undefined`: it is not at the source
   */
  copy(reference: string, tally: Tally, as?: string): Promise<Digest | undefined>
  /** Copies what refers to it, whatever became of it. */
  copyReferrers(subject: Digest, tally: Tally): Promise<void>
}

export const emptyTally = (): Tally => ({ sent: 0, mounted: 0, present: 0, bytes: 0, manifests: 0 })

/** An index of indexes is rare; one that names itself cannot be made, but a registry could answer anything. */
const deepest = 8
const breadth = 8

export function repositoryCopy(source: ImageSource, target: ImageTarget, blobs: BlobCopier, wishes: CopyWishes): RepositoryCopy {
  const done = new Map<Digest, Promise<void>>()
  const referred = new Map<Digest, Promise<readonly Digest[]>>()

  /** Once for all who want it; whoever comes after a failure tries again. */
  function once<Result>(memory: Map<Digest, Promise<Result>>, digest: Digest, work: () => Promise<Result>): Promise<Result> {
    const before = memory.get(digest)
    if (before) return before
    const underWay = work()
    memory.set(digest, underWay)
    underWay.catch(() => memory.delete(digest))
    return underWay
  }

  async function fetched(reference: string): Promise<RawManifest> {
    const manifest = await source.manifest(reference)
    if (!manifest) throw new RegistryFailure(`${source.title}: ${reference} is named by another manifest, and not there`)
    return manifest
  }

  const ensure = (digest: Digest, tally: Tally, depth: number): Promise<void> =>
    once(done, digest, async () => {
      if (depth > deepest) throw new RegistryFailure(`${source.title}: indexes lie in each other more than ${deepest} deep`)
      if (await target.hasManifest(digest)) return
      await put(await fetched(digest), digest, tally, depth)
    })

  /** What a signature is about comes along, also if it has no tag; where the source has it no more, the signature comes alone. */
  async function ensureSubject(digest: Digest, tally: Tally, depth: number): Promise<void> {
    if (!done.has(digest) && !(await target.hasManifest(digest)) && !(await source.manifest(digest))) return
    await ensure(digest, tally, depth)
  }

  /** First what it names, and then itself: whatever is under a tag is whole. */
  async function put(manifest: RawManifest, reference: string, tally: Tally, depth: number): Promise<void> {
    const content = readable(manifest, source)
    await inParallel(content.manifests, breadth, ({ digest }) => ensure(digest, tally, depth + 1))
    if (content.subject) await ensureSubject(content.subject.digest, tally, depth + 1)
    // One blob can stand there many times.
    const wanted = new Map(ownBlobs(content).map(blob => [blob.digest, blob]))
    await inParallel([...wanted.values()], breadth, async blob => {
      const outcome = await blobs.copy(source, target, blob)
      tally[outcome] += 1
      if (outcome === 'sent') tally.bytes += blob.size
    })
    tally.manifests += 1
    if (!wishes.dryRun) await target.putManifest(reference, manifest, { inner: depth > 0, subject: content.subject?.digest })
  }

  /** Of these, and of what refers to them: a bill of material has signatures of its own. A source may answer anything, also what leads in a circle. */
  async function copyReferrersOf(subjects: readonly Digest[], tally: Tally): Promise<void> {
    const seen = new Set(subjects)
    for (let next = subjects; next.length > 0; ) {
      const found = await inParallel(next, breadth, subject => once(referred, subject, () => source.referrers(subject)))
      next = [...new Set(found.flat())].filter(digest => !seen.has(digest))
      await inParallel(next, breadth, digest => ensure(digest, tally, 1))
      for (const digest of next) seen.add(digest)
    }
  }

  /** Of the image, and of all that an index names. */
  const copyAllReferrers = (manifest: RawManifest, tally: Tally) =>
    copyReferrersOf([manifest.digest, ...readable(manifest, source).manifests.map(({ digest }) => digest)], tally)

  /** An image that is there by its digest needs no more than the tag. */
  async function place(manifest: RawManifest, reference: string, tally: Tally): Promise<void> {
    let isPlaced = reference === manifest.digest
    await once(done, manifest.digest, async () => {
      if (await target.hasManifest(manifest.digest)) return
      await put(manifest, reference, tally, 0)
      isPlaced = true
    })
    if (isPlaced) return
    tally.manifests += 1
    if (!wishes.dryRun) await target.putManifest(reference, manifest, { inner: false })
  }

  return {
    copyReferrers: (subject, tally) => copyReferrersOf([subject], tally),

    async copy(reference, tally, as = reference) {
      const isTag = !reference.includes(':')
      // A HEAD on both sides is all that an image costs which did not change.
      if (wishes.platforms.length === 0 && isTag) {
        const digest = await source.resolve(reference)
        if (digest === undefined) return undefined
        if ((await target.resolve(as)) === digest) {
          if (wishes.referrers) await copyAllReferrers(await fetched(digest), tally)
          return digest
        }
      }
      const whole = await source.manifest(reference)
      if (!whole) return undefined
      const manifest = await choosePlatforms(source, whole, wishes.platforms)
      const name = as.includes(':') ? manifest.digest : as
      if ((await target.resolve(name)) !== manifest.digest) await place(manifest, name, tally)
      if (wishes.referrers) await copyAllReferrers(manifest, tally)
      return manifest.digest
    },
  }
}
