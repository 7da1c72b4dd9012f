import { z } from 'zod'
import { nearest } from '../../registry-app/src/config/nearest.ts'
import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Complaint } from './environment-error.ts'

/** Says with its place what the schema found; several, where one finding names several keys. */
export function complaintsOf(issue: z.core.$ZodIssue, root: Tree, schema: z.ZodType): readonly Complaint[] {
  const path = issue.path.map(String)
  const { place, tree } = placeOf(root, path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, root, path)
    return issue.keys.map(name => {
      const keyPlace = tree?.kind === 'mapping' ? tree.entries.get(name)?.place : undefined
      const meant = nearest(name, known)
      const advice =
        secretsOf(root, path).get(name) ?? (meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${meant}?`)
      const message = `unknown key; ${advice}`
      return { ...(keyPlace ?? place), path: [...path, name].join('.'), message }
    })
  }
  const message = messageOf(issue, keysAt(schema, root, path))
  if (!tree || isNull(tree)) return [{ ...place, path: path.join('.'), message: `is missing: ${message}` }]
  if (tree.kind !== 'scalar') return [{ ...place, path: path.join('.'), message }]
  return [{ ...place, path: path.join('.'), message: `${message}${meantBy(tree.text, message)}`, value: tree.text }]
}

const elsewhere = 'keys have no place in this file: TF_VAR_s3_access_key and TF_VAR_s3_secret_key hand them to a deployment'

/** The keys of a bucket, as config.yml calls them, and others do. */
const keys = new Map(['accesskey', 'secretkey', 'accessKey', 'secretKey', 'access_key', 'secret_key'].map(name => [name, elsewhere]))

/** What is said of a key of the file that would hold a secret; on AWS no deployment takes any. */
function secretsOf(root: Tree, path: readonly string[]): ReadonlyMap<string, string> {
  const { tree } = placeOf(root, ['engine'])
  return path.join('.') === 'storage' && tree?.kind === 'scalar' && tree.text === 'cdktf' ? keys : new Map()
}

function messageOf(issue: z.core.$ZodIssue, keys: readonly string[]): string {
  if (issue.code === 'invalid_key') return `the name ${issue.issues[0]?.message ?? issue.message}`
  // Zod's own words, where a section has none: they know its type alone.
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message
  return `must be a section with ${keys.length === 1 ? 'the key' : 'keys such as'} ${keys.slice(0, 3).join(', ')}`
}

/** Where one of several words is allowed, the one that is nearest to what was written. */
function meantBy(written: string, message: string): string {
  const [, words] = /^must be one of (.+)$/.exec(message) ?? []
  const meant = words && nearest(written, words.split(', '))
  return meant ? `; did you mean ${meant}?` : ''
}

function keysAt(schema: z.ZodType, root: Tree, path: readonly string[]): readonly string[] {
  let here: z.core.$ZodType | undefined = schema
  path.forEach((step, depth) => {
    here = elementOf(here) ?? shapeOf(here, placeOf(root, path.slice(0, depth)).tree)?.[step]
  })
  return Object.keys(shapeOf(here, placeOf(root, path).tree) ?? {})
}

/** What a list is made of. */
function elementOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return elementOf(schema.unwrap())
  return schema instanceof z.ZodArray ? schema.element : undefined
}

/** @param tree what was written there: it says which member of a union was meant */
function shapeOf(schema: z.core.$ZodType | undefined, tree: Tree | undefined): z.core.$ZodShape | undefined {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return shapeOf(schema.unwrap(), tree)
  if (schema instanceof z.ZodDiscriminatedUnion) return shapeOf(memberOf(schema, tree), tree)
  return schema instanceof z.ZodObject ? schema.shape : undefined
}

function memberOf({ options, def }: z.ZodDiscriminatedUnion, tree: Tree | undefined): z.core.$ZodType | undefined {
  const word = tree?.kind === 'mapping' ? tree.entries.get(def.discriminator)?.tree : undefined
  return options.find(option => {
    const literal = shapeOf(option, undefined)?.[def.discriminator]
    return literal instanceof z.ZodLiteral && word?.kind === 'scalar' && literal.values.has(word.text)
  })
}
