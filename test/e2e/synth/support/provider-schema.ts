import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../../support/paths.ts'
import type { Need } from '../../support/suite.ts'

/** As `terraform providers schema -json` gives them. */
const type: z.ZodType<Type> = z.lazy(() => z.union([z.string(), z.tuple([z.string(), z.unknown()])]))
export type Type = string | [string, unknown]

const attribute = z.looseObject({ type: type.optional(), required: z.boolean().optional(), optional: z.boolean().optional() })

export interface Block {
  attributes?: Record<string, z.output<typeof attribute>> | undefined
  block_types?:
    | Record<string, { block: Block; nesting_mode: string; min_items?: number | undefined; max_items?: number | undefined }>
    | undefined
}
const block: z.ZodType<Block> = z.lazy(() =>
  z.object({
    attributes: z.record(z.string(), attribute).optional(),
    block_types: z
      .record(z.string(), z.object({ block, nesting_mode: z.string(), min_items: z.number().optional(), max_items: z.number().optional() }))
      .optional(),
  }),
)
const schema = z.object({ source: z.string(), version: z.string(), provider: block, resources: z.record(z.string(), block) })

export type ProviderSchema = z.output<typeof schema>

/** Beside the project, as the providers themselves print them; and here, those of few resources: as they print them, or from the published bindings. */
const folders = { beside: join(root, '..', 'shared', 'reference', 'provider-schemas'), here: join(import.meta.dirname) }

export const schemasBeside: Need = existsSync(folders.beside) ? {} : { missing: 'there are no schemas of the providers beside the project' }

/** By the provider's name. */
export function providerSchemas(): ReadonlyMap<string, ProviderSchema> {
  const files = Object.values(folders).flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .map(name => join(folder, name)),
  )
  return new Map(
    files.map(file => {
      const read = schema.parse(JSON.parse(readFileSync(file, 'utf8')))
      return [read.source.split('/').at(-1) ?? '', read]
    }),
  )
}
