import type * as z from 'zod/mini'
import { configSchema } from './config.ts'
import { type KeyFacts, keyFacts } from './key.ts'

/** A key of the configuration as the schema describes it, free of zod's wrappings. */
export type KnownKey = KeyFacts & { readonly default?: unknown } & (
    | { readonly kind: 'section'; readonly keys: ReadonlyMap<string, KnownKey> }
    | { readonly kind: 'map'; readonly item: KnownKey }
    | { readonly kind: 'list'; readonly item: KnownKey }
    | { readonly kind: 'scalar' }
  )

/** The tree of all keys, read off the schema. */
export function knownKeys(): KnownKey & { readonly kind: 'section' } {
  const root = describe(configSchema)
  if (root.kind !== 'section') throw new TypeError('the configuration is a section')
  return root
}

function describe(schema: z.core.$ZodType): KnownKey {
  const own = keyFacts.get(schema) ?? {}
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'prefault':
      return { ...describe(def.innerType), default: def.defaultValue, ...own }
    case 'optional':
      return { ...describe(def.innerType), ...own }
    case 'pipe':
      return { ...describe(def.in), ...own }
    case 'object': {
      const keys = new Map(Object.entries(def.shape).map(([name, value]) => [name, describe(value)]))
      return { kind: 'section', keys, allowed: sectionOf([...keys.keys()]), ...own }
    }
    case 'record':
      return { kind: 'map', item: describe(def.valueType), allowed: 'a section of names and values', ...own }
    case 'array':
      return { kind: 'list', item: describe(def.element), allowed: 'a list, in brackets or with a dash before each element', ...own }
    default:
      return { kind: 'scalar', ...own }
  }
}

function sectionOf(names: readonly string[]): string {
  if (names.length === 0) return 'a section without keys'
  return `a section with the ${names.length === 1 ? 'key' : 'keys'} ${names.join(', ')}`
}

/** The key at a path, or `undefined` if there is none. In maps and lists every name or number leads on. */
export function keyAt(root: KnownKey, path: readonly PropertyKey[]): KnownKey | undefined {
  let here: KnownKey | undefined = root
  for (const step of path) {
    if (here === undefined || here.kind === 'scalar') return undefined
    here = here.kind === 'section' ? here.keys.get(String(step)) : here.item
  }
  return here
}

/** Every key below `root`, with its path, from top to bottom; sections come before what they hold. */
export function* walkKeys(root: KnownKey, path: readonly string[] = []): Generator<readonly [path: readonly string[], key: KnownKey]> {
  if (root.kind !== 'section') return
  for (const [name, child] of root.keys) {
    yield [[...path, name], child]
    yield* walkKeys(child, [...path, name])
  }
}
