import { inParallel } from '../concurrency/in-parallel.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { readLink } from '../registry/links.ts'
import type { Name, Tag } from '../registry/name.ts'
import { layerLinkPath, repositoriesPath, revisionLinkPath, tagLinkPath } from '../registry/paths.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { listInParallel, nameBeginnings } from './list-in-parallel.ts'
import { type RepositoryKey, readKey } from './read-key.ts'
import { CollectionRefused } from './refused.ts'

/** A link as the walk found it. `canonical` is the digest under which the data lies that it leads to. */
export interface FoundLink {
  readonly kind: 'layer' | 'revision' | 'tag-history'
  readonly key: Key
  readonly name: Name
  /** As the link's key names it. */
  readonly digest: Digest
  readonly canonical: Digest
  /** Stored or renewed at or after the moment from which everything counts as young. */
  readonly young: boolean
}

export interface WalkOptions extends CallOptions {
  breadth: number
  /** Milliseconds since 1970, by the store's clock. What was modified then or later is young. */
  youngSince: number
  /** Each tag is asked what it names; else only those of which their history does not show that it has a revision. */
  everyTag: boolean
  /** An upload of Distribution's that is young is a reason to stop. */
  refuseForeign: boolean
  /** Told of each key that is known, before anything else is done with it. */
  seen?: ((found: RepositoryKey, modified: Date, prefix: Key) => void) | undefined
  visit: (link: FoundLink) => void
  /** A tag, and what it names now. */
  tagged: (name: Name, tag: Tag, canonical: Digest) => void
  /** The digest under which the data of a sha512 lies, as a link said. */
  alias: (digest: Digest, canonical: Digest) => void
}

interface TagKeys {
  readonly name: Name
  readonly tag: Tag
  current: boolean
  /** The manifests that it ever named. */
  readonly named: Digest[]
}

type Asked = Omit<FoundLink, 'canonical'>

/** Looks at every link of every repository, by one listing. Links of sha512 are read, because they alone say where their data lies. */
export async function walkRepositories(driver: StorageDriver, options: WalkOptions): Promise<void> {
  const { breadth, visit, youngSince, refuseForeign } = options
  const aliases: Asked[] = []
  const doubtful: TagKeys[] = []
  const walks = new Map<Key, ReturnType<typeof repositoryWalk>>()
  const namedOnce = ({ name, tag, named }: TagKeys) => {
    for (const digest of named) if (isCanonical(digest)) options.tagged(name, tag, digest)
  }

  await listInParallel(
    driver,
    nameBeginnings.map(beginning => repositoriesPath + beginning),
    breadth,
    ({ key, modified }, prefix) => {
      const found = readKey(key)
      if (!found) return
      options.seen?.(found, modified, prefix)
      const young = modified.getTime() >= youngSince
      if (found.kind === 'foreign-upload') {
        if (refuseForeign && young) refuse(found.name)
        return
      }
      const walk = walks.get(prefix) ?? repositoryWalk(options.everyTag, tag => doubtful.push(tag), namedOnce)
      walks.set(prefix, walk)
      walk.see(found)
      if (found.kind === 'tag') return
      const link = { kind: found.kind, key, name: found.name, digest: found.digest, young }
      if (isCanonical(found.digest)) visit({ ...link, canonical: found.digest })
      else aliases.push(link)
    },
    options,
  )
  for (const walk of walks.values()) walk.end()

  await readAliases(driver, aliases, options)
  await inParallel(doubtful, breadth, async ({ name, tag }) => {
    const named = await readLink(driver, tagLinkPath(name, tag), options)
    const canonical = named && (isCanonical(named) ? named : await readLink(driver, revisionLinkPath(name, named), options))
    if (canonical) options.tagged(name, tag, canonical)
  })
}

/** The keys of one repository come one after the other: its tags are judged when the next one begins. */
function repositoryWalk(everyTag: boolean, doubt: (tag: TagKeys) => void, unset: (tag: TagKeys) => void) {
  let name: Name | undefined
  let tags = new Map<Tag, TagKeys>()
  let revisions = new Set<Digest>()

  const end = () => {
    for (const tag of tags.values()) {
      const isClear = tag.named.length > 0 && tag.named.every(digest => revisions.has(digest))
      if (tag.current && (everyTag || !isClear)) doubt(tag)
      // Somebody has stopped while he set it, or took it away: what it named last may be what it names next.
      if (!tag.current && everyTag) unset(tag)
    }
  }
  const tagOf = (found: { name: Name; tag: Tag }) => {
    const known = tags.get(found.tag) ?? { name: found.name, tag: found.tag, current: false, named: [] }
    tags.set(found.tag, known)
    return known
  }

  return {
    end,
    see(found: Exclude<RepositoryKey, { kind: 'foreign-upload' }>) {
      if (found.name !== name) {
        end()
        name = found.name
        tags = new Map()
        revisions = new Set()
      }
      if (found.kind === 'revision') revisions.add(found.digest)
      else if (found.kind === 'tag') tagOf(found).current = true
      else if (found.kind === 'tag-history') tagOf(found).named.push(found.digest)
    },
  }
}

/** One read for each digest of another algorithm, wherever it is linked. */
async function readAliases(driver: StorageDriver, links: readonly Asked[], options: WalkOptions): Promise<void> {
  const byDigest = [...Map.groupBy(links, ({ digest }) => digest)]
  await inParallel(byDigest, options.breadth, async ([digest, all]) => {
    let canonical: Digest | undefined
    for (const { kind, name } of all) {
      if (kind === 'tag-history') continue
      canonical ??= await readLink(driver, kind === 'layer' ? layerLinkPath(name, digest) : revisionLinkPath(name, digest), options)
    }
    if (!canonical || !isCanonical(canonical)) return
    options.alias(digest, canonical)
    for (const link of all) options.visit({ ...link, canonical })
  })
}

function refuse(name: Name): never {
  throw new CollectionRefused(
    `nothing was deleted: Distribution has begun an upload to ${name} a while ago, and it knows nothing of garbage that is collected beside it. ` +
      'Let only one implementation write to this storage, or stop everything that writes and collect with --exclusive',
  )
}
