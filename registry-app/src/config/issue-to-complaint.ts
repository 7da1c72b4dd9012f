import type * as z from 'zod/mini'
import type { Complaint } from './complaint.ts'
import { type KnownKey, keyAt } from './schema/known-keys.ts'
import { placeOf, type Tree } from './tree.ts'
import { masked, withoutCredentials } from './without-credentials.ts'

/** Says in a person's words, and with its place, what the schema found. */
export function complaintOf(issue: z.core.$ZodIssue, root: Tree, known: KnownKey): Complaint {
  const { place, tree } = placeOf(root, issue.path)
  const key = keyAt(known, issue.path)
  const path = issue.path.join('.')
  if (issue.code === 'invalid_key') return { ...place, path, message: issue.issues[0]?.message ?? issue.message }
  // Those that the schema's own checks wrote say more than the type does.
  const own = issue.code === 'custom' || (issue.code === 'invalid_format' && issue.format === 'regex')
  // The place of a key that is not there is that of its section, of which the schema's key knows nothing.
  const missing = issue.code === 'invalid_type' && issue.input === undefined && tree === undefined
  const message = own ? issue.message : missing ? 'is missing, and must be given' : `must be ${key?.allowed ?? 'something else'}`
  return { ...place, path, message, ...shown(key, tree) }
}

function shown(key: KnownKey | undefined, tree: Tree | undefined): { value?: string } {
  if (key?.secret) return tree === undefined ? {} : { value: masked }
  // What stands in place of a section may be anything, secrets too.
  if (tree?.kind !== 'scalar' || key?.kind !== 'scalar') return {}
  if (tree.concealed) return { value: masked }
  return { value: withoutCredentials(tree.text) }
}
