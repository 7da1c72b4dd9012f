import type { Digest } from '../registry/digest.ts'
import { hexOf, isCanonical } from '../registry/digest.ts'
import { repositoriesPath } from '../registry/paths.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { listBlobs } from './condemn.ts'
import { listInParallel, nameBeginnings } from './list-in-parallel.ts'
import { type RepositoryKey, readKey } from './read-key.ts'
import type { Amount } from './report.ts'

/** What lies in the storage, by repository, as two listings of all of it found it: one request for a thousand objects, and nothing is read. */
export interface Survey extends Amounts {
  /** In lexical order. */
  readonly repositories: readonly SurveyedRepository[]
  /** The tags that were pushed last, the newest first. */
  readonly pushed: readonly PushedTag[]
}

export interface Amounts {
  /** Every blob whose data is there, once. */
  readonly whole: Amount
  /** Those of them that no repository has a link to: garbage, unless it has just been pushed. */
  readonly unlinked: Amount
}

export interface SurveyedRepository {
  readonly name: string
  /** Of all that it has a link to, each once. What other repositories have too counts for each. */
  readonly bytes: number
  readonly tags: number
  readonly manifests: number
  /** When a manifest or a tag was pushed last; milliseconds since 1970. Absent: only blobs were. */
  readonly pushed: number | undefined
}

export interface PushedTag {
  readonly name: string
  readonly tag: string
  readonly at: number
}

export interface SurveyOptions extends CallOptions {
  breadth: number
  /** Objects that are looked at. @default all @throws SurveyTooLarge where there are more */
  most?: number | undefined
}

/** There are more objects than may be looked at. */
export class SurveyTooLarge extends Error {
  override readonly name = 'SurveyTooLarge'
}

const mostPushed = 20

/** Memory: some 80 bytes for each blob. */
export async function survey(driver: StorageDriver, { breadth, most = Number.POSITIVE_INFINITY, signal }: SurveyOptions): Promise<Survey> {
  let looked = 0
  const look = () => {
    if (++looked > most) throw new SurveyTooLarge(`there are more than ${most} objects`)
  }

  const sizes = blobSizes()
  await listBlobs(driver, breadth, { signal }, (digest, { size }) => {
    look()
    sizes.set(digest, size)
  })

  const seen = repositoriesSeen(sizes.link)
  await listInParallel(
    driver,
    nameBeginnings.map(beginning => repositoriesPath + beginning),
    breadth,
    ({ key, modified }, prefix) => {
      look()
      const found = readKey(key)
      if (found) seen.see(found, modified, prefix)
    },
    { signal },
  )
  return { ...sizes.amounts(), ...seen.all() }
}

export interface RepositoriesSeen {
  /** To be told of each key below `repositories/`, in order, as far as they come from a list of one prefix. */
  see(found: RepositoryKey, modified: Date, prefix: Key): void
  all(): Pick<Survey, 'repositories' | 'pushed'>
}

/** @param link called once for each blob of each repository; gives its size */
export function repositoriesSeen(link: (digest: Digest) => number): RepositoriesSeen {
  const repositories: SurveyedRepository[] = []
  const pushed = newest()
  const walks = new Map<string, ReturnType<typeof repositoryWalk>>()
  return {
    see(found, modified, prefix) {
      if (found.kind === 'foreign-upload') return
      const walk = walks.get(prefix) ?? repositoryWalk(link, repository => repositories.push(repository))
      walks.set(prefix, walk)
      walk.see(found, modified.getTime())
      if (found.kind === 'tag') pushed.add({ name: found.name, tag: found.tag, at: modified.getTime() })
    },
    all() {
      for (const walk of walks.values()) walk.end()
      return { repositories: repositories.sort((a, b) => (a.name < b.name ? -1 : 1)), pushed: pushed.all() }
    },
  }
}

/** The keys of one repository come one after the other: it is whole when the next one begins. */
function repositoryWalk(link: (digest: Digest) => number, done: (repository: SurveyedRepository) => void) {
  let name: string | undefined
  let [bytes, tags, manifests, pushed] = [0, 0, 0, 0]
  let counted = new Set<Digest>()

  const end = () => {
    if (name !== undefined) done({ name, bytes, tags, manifests, pushed: pushed || undefined })
  }
  const count = (digest: Digest) => {
    // Of a blob that was pushed under sha512 there is a link of its canonical name too.
    if (!isCanonical(digest) || counted.has(digest)) return
    counted.add(digest)
    bytes += link(digest)
  }

  return {
    end,
    see(found: Exclude<RepositoryKey, { kind: 'foreign-upload' }>, modified: number) {
      if (found.name !== name) {
        end()
        name = found.name
        counted = new Set()
        ;[bytes, tags, manifests, pushed] = [0, 0, 0, 0]
      }
      if (found.kind === 'layer' || found.kind === 'revision') count(found.digest)
      if (found.kind === 'revision') manifests += 1
      else if (found.kind === 'tag') tags += 1
      if (found.kind === 'revision' || found.kind === 'tag') pushed = Math.max(pushed, modified)
    },
  }
}

interface BlobSizes {
  set(digest: Digest, size: number): void
  /** @returns the size; 0 for what is not there */
  link(digest: Digest): number
  amounts(): Amounts
}

/** By half of each digest, which no two have in common by chance: a string of 16 letters takes a third of the whole one's memory. */
function blobSizes(): BlobSizes {
  const keyOf = (digest: Digest) => Buffer.from(hexOf(digest).slice(0, 32), 'hex').toString('latin1')
  /** Of those that some repository has a link to, -1 less the size. */
  const sizes = new Map<string, number>()
  const whole = { blobs: 0, size: 0 }
  const linked = { blobs: 0, size: 0 }
  const count = (amount: typeof whole, size: number) => {
    amount.blobs += 1
    amount.size += size
  }
  return {
    set(digest, size) {
      sizes.set(keyOf(digest), size)
      count(whole, size)
    },
    link(digest) {
      const key = keyOf(digest)
      const size = sizes.get(key)
      if (size === undefined) return 0
      if (size < 0) return -1 - size
      sizes.set(key, -1 - size)
      count(linked, size)
      return size
    },
    amounts: () => ({ whole, unlinked: { blobs: whole.blobs - linked.blobs, size: whole.size - linked.size } }),
  }
}

function newest() {
  let tags: PushedTag[] = []
  const cut = () => {
    tags = tags.toSorted((a, b) => b.at - a.at).slice(0, mostPushed)
    return tags
  }
  return {
    add(tag: PushedTag) {
      tags.push(tag)
      if (tags.length >= 50 * mostPushed) cut()
    },
    all: cut,
  }
}
