import { z } from 'zod'
import { engines } from './schema.ts'

/** The schema of environment files as JSON Schema, by which editors complete and explain keys: `environments/environment.schema.json`. */
export function environmentJsonSchema(): string {
  const either = z.discriminatedUnion('engine', [engines.cdktf, engines.cdk])
  const schema = z.toJSONSchema(either, {
    io: 'input',
    // A check by a function has no form there; the loader makes it.
    unrepresentable: 'any',
  })
  return `${JSON.stringify({ title: 'An environment of bucket-registry', ...schema }, undefined, 2)}\n`
}

/** The first line of an environment file, which editors with the YAML language server look for. */
export const schemaComment = '# yaml-language-server: $schema=environment.schema.json'
