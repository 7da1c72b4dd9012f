import { z } from 'zod'
import { nearest } from '../../registry-app/src/config/nearest.ts'
import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Complaint } from './environment-error.ts'

/** Says with its place what the schema found; several, where one finding names several keys. */
export function complaintsOf(issue: z.core.$ZodIssue, root: Tree, schema: z.ZodType): readonly Complaint[] {
  const path = issue.path.map(String)
  const { place, tree } = placeOf(root, path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return issue.keys.map(name => {
      const keyPlace = tree?.kind === 'mapping' ? tree.entries.get(name)?.place : undefined
      const meant = nearest(name, known)
      const message = `unknown key; ${meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${meant}?`}`
      return { ...(keyPlace ?? place), path: [...path, name].join('.'), message }
    })
  }
  const message = issue.code === 'invalid_key' ? `the name ${issue.issues[0]?.message ?? issue.message}` : issue.message
  if (!tree || isNull(tree)) return [{ ...place, path: path.join('.'), message: `is missing: ${message}` }]
  return [{ ...place, path: path.join('.'), message, ...(tree.kind === 'scalar' ? { value: tree.text } : {}) }]
}

function keysAt(schema: z.ZodType, path: readonly string[]): readonly string[] {
  const here = path.reduce<z.core.$ZodType | undefined>((at, step) => shapeOf(at)?.[step], schema)
  return Object.keys(shapeOf(here) ?? {})
}

function shapeOf(schema: z.core.$ZodType | undefined): z.core.$ZodShape | undefined {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return shapeOf(schema.unwrap())
  return schema instanceof z.ZodObject ? schema.shape : undefined
}
