import type { CondemnedList } from '../registry/condemned/condemned-list.ts'
import { isPacked } from '../registry/condemned/digest-bytes.ts'
import { type Digest, isCanonical } from '../registry/digest.ts'
import { subjectOfTag } from '../registry/fallback-tag.ts'
import type { Name } from '../registry/name.ts'
import { aliasPath } from '../registry/paths.ts'
import { removedTags } from '../registry/removed-tags.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { closure } from './closure.ts'
import { type DigestSet, digestSet } from './digest-set.ts'
import type { KnownManifests } from './known-manifests.ts'
import type { Surroundings } from './surroundings.ts'
import type { UsageCounter } from './usage-counter.ts'
import { type WalkOptions, walkRepositories } from './walk.ts'

export interface MarkOptions extends CallOptions {
  driver: StorageDriver
  known: KnownManifests
  breadth: number
  /** Manifests without a tag are garbage. */
  untagged: boolean
  /** What was stored or linked at this moment of the store's clock, or later, is live. */
  youngSince: number
  refuseForeign: boolean
  /** For the second mark: every manifest that is not on it is a root. */
  list?: Pick<CondemnedList, 'digests'> | undefined
  /** Told of what repositories have. */
  usage?: Pick<UsageCounter, 'linked'> | undefined
  seen?: WalkOptions['seen']
  without?: Surroundings['without']
}

export interface Mark {
  /** All that something leads to, whether its data is there or not. */
  readonly live: DigestSet
  /** The manifests that some repository has. */
  readonly linked: DigestSet
  /** These, and others that are live. */
  readonly manifests: DigestSet
  /** Of the digests on the list: the links by which repositories have them, and their aliases. */
  readonly links: ReadonlyMap<Digest, LinkKeys>
}

export interface LinkKeys {
  readonly layers: Set<Key>
  /** Revisions, and the history of tags. */
  readonly manifests: Set<Key>
  readonly names: Set<Name>
}

/** Finds out what is live. */
export async function mark({ list, untagged, usage, ...options }: MarkOptions): Promise<Mark> {
  const live = digestSet()
  const linked = digestSet()
  const reached = digestSet()
  const aliases = new Map<Digest, Digest>()
  const links = new Map<Digest, LinkKeys>()
  const subjects: Digest[] = []
  const { earliest } = await options.driver.time(options)
  const isOnList = (digest: Digest) => list !== undefined && isPacked(list.digests, digest)

  const linksOf = (digest: Digest) => {
    const known = links.get(digest) ?? { layers: new Set(), manifests: new Set(), names: new Set() }
    links.set(digest, known)
    return known
  }

  await walkRepositories(options.driver, {
    ...options,
    everyTag: untagged,
    alias: (digest, canonical) => aliases.set(digest, canonical),
    visit({ kind, key, name, digest, canonical, young }) {
      if (kind === 'revision') linked.add(canonical)
      if (kind !== 'tag-history') usage?.linked(name, canonical, digest === canonical)
      const listed = isOnList(canonical)
      const isRoot = kind === 'revision' && (!untagged || young || (list !== undefined && !listed))
      if (isRoot) reached.add(canonical)
      else if (young && kind === 'layer') live.add(canonical)
      if (!listed) return
      const all = linksOf(canonical)
      all[kind === 'layer' ? 'layers' : 'manifests'].add(key)
      if (kind === 'layer' && digest !== canonical) all.layers.add(aliasPath(digest))
      all.names.add(name)
    },
    tagged(_, tag, canonical) {
      reached.add(canonical)
      const subject = subjectOfTag(tag)
      if (subject) subjects.push(subject)
    },
  })
  // After the tags: whoever removes one says so before.
  for await (const { tag, canonical, until } of removedTags(options.driver).keys(undefined, options)) {
    if (until <= earliest || options.without?.records) continue
    reached.add(canonical)
    const subject = tag && subjectOfTag(tag)
    if (subject) subjects.push(subject)
  }
  for (const subject of subjects) {
    const canonical = isCanonical(subject) ? subject : aliases.get(subject)
    if (canonical && linked.has(canonical)) reached.add(canonical)
  }

  await closure({ ...options, reached, linked, withReferrers: untagged, live, aliases })
  for (const digest of linked.values()) reached.add(digest)
  return { live, linked, manifests: reached, links }
}
