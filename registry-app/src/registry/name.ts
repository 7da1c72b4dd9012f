import { type Digest, parseDigest } from './digest.ts'
import { RegistryError } from './errors.ts'

declare const checked: unique symbol
/** A repository's name that has been checked against the grammar: only such a one becomes part of a key. */
export type Name = string & { readonly [checked]: 'name' }
export type Tag = string & { readonly [checked]: 'tag' }
export type Reference = { tag: Tag; digest?: never } | { digest: Digest; tag?: never }

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const nameGrammar = new RegExp(`^${component}(?:/${component})*$`)
const tagGrammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Distribution's limit, and that of a file system's name for one component. */
const maximumLength = 255

/**
 * A repository's name (OCI distribution specification, "Pulling manifests").
 *
 * @throws RegistryError NAME_INVALID
 */
export function parseName(text: string): Name {
  if (text.length > maximumLength)
    throw new RegistryError('NAME_INVALID', { length: text.length, allowed: `at most ${maximumLength} characters` })
  if (!nameGrammar.test(text)) throw new RegistryError('NAME_INVALID', { name: text, allowed: nameGrammar.source })
  return text as Name
}

/** @returns `undefined` if it is no repository's name */
export const asName = (text: string): Name | undefined =>
  text.length <= maximumLength && nameGrammar.test(text) ? (text as Name) : undefined

export const isTag = (text: string): text is Tag => tagGrammar.test(text)

/** @throws RegistryError TAG_INVALID */
export function parseTag(text: string): Tag {
  if (!isTag(text)) throw new RegistryError('TAG_INVALID', { tag: text.slice(0, 256), allowed: tagGrammar.source })
  return text as Tag
}

/** @returns `undefined` if it is no tag */
export const asTag = (text: string): Tag | undefined => (tagGrammar.test(text) ? (text as Tag) : undefined)

/** A tag or a digest: what follows `/manifests/`. A colon tells them apart, since no tag has one. */
export function parseReference(text: string): Reference {
  return text.includes(':') ? { digest: parseDigest(text) } : { tag: parseTag(text) }
}
