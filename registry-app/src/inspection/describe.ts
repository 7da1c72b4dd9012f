import { RegistryError } from '../registry/errors.ts'
import { formatBytes } from '../registry/format-bytes.ts'
import { asName, type Name, parseReference, type Reference } from '../registry/name.ts'
import type { Checked, Problem } from './check.ts'

/**
 * `NAME`, `NAME:TAG` or `NAME@DIGEST`.
 *
 * @returns `undefined` if it is none of them
 */
export function parseImage(text: string): { name: Name; reference?: Reference | undefined } | undefined {
  const [, written = '', given] = /^([^:@]+)(?:[:@](.+))?$/.exec(text) ?? []
  const name = asName(written)
  if (!name) return undefined
  if (given === undefined) return text === written ? { name } : undefined
  try {
    return { name, reference: parseReference(given) }
  } catch (error) {
    if (error instanceof RegistryError) return undefined
    throw error
  }
}

/** A line for a person: `team/app@sha256:… (v1): the blob sha256:… is missing`. */
export function describeProblem({ repository, image, tags, object, digest, fault, detail }: Problem): string {
  const of =
    image === undefined ? `${repository}:${tags.join(',')}` : `${repository}@${image}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`
  const what = object === 'tag' ? 'the tag' : digest === image ? 'its manifest' : `the ${object} ${digest}`
  return `${of}: ${what} ${words[fault]}${detail === undefined ? '' : `: ${detail}`}`
}

const words: Record<Problem['fault'], string> = {
  missing: 'is missing',
  unlinked: 'is in the storage, but not linked to this repository',
  damaged: 'is damaged',
  'wrong size': 'has another size than its manifest says',
  unreadable: 'cannot be read',
}

export function describeCounts({ repositories, manifests, blobs, bytes }: Omit<Checked, 'problems'>, problems: number): string {
  const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`
  const read = bytes > 0 ? `, ${formatBytes(bytes)} read` : ''
  return `${count(repositories, 'repository', 'repositories')}, ${count(manifests, 'manifest')}, ${count(blobs, 'blob')}${read}: ${count(problems, 'problem')}`
}
