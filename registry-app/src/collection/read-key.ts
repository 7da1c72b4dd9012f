import { asDigest, type Digest } from '../registry/digest.ts'
import type { Name, Tag } from '../registry/name.ts'
import { repositoriesPath } from '../registry/paths.ts'
import type { Key } from '../storage/driver.ts'

/** What a key below `repositories/` is. */
export type RepositoryKey =
  | { readonly kind: 'layer' | 'revision'; readonly name: Name; readonly digest: Digest }
  | { readonly kind: 'tag'; readonly name: Name; readonly tag: Tag }
  | { readonly kind: 'tag-history'; readonly name: Name; readonly tag: Tag; readonly digest: Digest }
  /** Only Distribution keeps an upload so. */
  | { readonly kind: 'foreign-upload'; readonly name: Name }

/** @returns `undefined` for what is no matter of garbage collection */
export function readKey(key: Key): RepositoryKey | undefined {
  const end = key.indexOf('/_', repositoriesPath.length)
  if (end < 0) return undefined
  // As the storage has it: a folder that is no repository's has no such keys below.
  const name = key.slice(repositoriesPath.length, end) as Name
  const [room, first = '', second = '', ...rest] = key.slice(end + 1).split('/')
  if (room === '_layers') return withDigest('layer', name, first, second)
  if (room === '_uploads') return second === 'hashstates' || second === 'data' ? { kind: 'foreign-upload', name } : undefined
  if (room !== '_manifests') return undefined
  if (first === 'revisions') return withDigest('revision', name, second, rest[0])
  if (first !== 'tags') return undefined
  const tag = second as Tag
  if (rest[0] === 'current') return { kind: 'tag', name, tag }
  const digest = rest[0] === 'index' ? asDigest(`${rest[1]}:${rest[2]}`) : undefined
  return digest && { kind: 'tag-history', name, tag, digest }
}

function withDigest(kind: 'layer' | 'revision', name: Name, algorithm: string, hex: string | undefined) {
  const digest = asDigest(`${algorithm}:${hex}`)
  return digest && { kind, name, digest }
}

const blobKey = /\/blobs\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})\/data$/

/** The digest whose data lies under the key, if it is one that collection knows of. */
export function blobIn(key: Key): Digest | undefined {
  const hex = blobKey.exec(key)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}
