import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

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
const schema = z.object({
  source: z.string(),
  version: z.string(),
  provider: block,
  resources: z.record(z.string(), block),
  data: z.record(z.string(), block).default({}),
})

export type ProviderSchema = z.output<typeof schema>

/**
 * By the provider's name: what the kit makes by it, from the files beside this one, so that nothing needs to be installed.
 *
 * They are what `terraform providers schema -json` prints for the version that they name, without descriptions and what is not made here; those of AWS
 * and Cloudflare, whose providers are large, are from the published bindings.
 */
export function providerSchemas(): ReadonlyMap<string, ProviderSchema> {
  const files = readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.json'))
    .map(name => join(import.meta.dirname, name))
  return new Map(
    files.map(file => {
      const read = schema.parse(JSON.parse(readFileSync(file, 'utf8')))
      return [read.source.split('/').at(-1) ?? '', read]
    }),
  )
}
