import * as z from 'zod/mini'

/** What is known of a key beside its type: what the reference page, the complaints and the environment mapping need. */
export interface KeyFacts {
  /** Which kind of value a scalar is read as. `text` takes the letters as they stand in the file: `0123`, `no` and `1e3` stay what they are. */
  readonly scalar?: 'text' | 'flag' | 'whole' | 'any'
  /** The type as the reference page says it. */
  readonly type?: string
  /** What is allowed, to follow "must be". */
  readonly allowed?: string
  /** Its meaning, for the reference page, in Markdown. */
  readonly about?: string
  /** The default as the page shows it, where the schema does not tell. */
  readonly shownDefault?: string
  /** The key as Distribution's variables spell it, where its Go field has another name. */
  readonly variable?: string
  /** Never shown in a message. */
  readonly secret?: boolean
}

export const keyFacts = z.registry<KeyFacts>()

/** Gives a schema its meaning. Innermost facts (of the type) and outermost (of the key) are read together. */
export function key<Schema extends z.core.$ZodType>(schema: Schema, about: string, facts: KeyFacts = {}): Schema {
  keyFacts.add(schema, { ...keyFacts.get(schema), ...facts, about })
  return schema
}

/** A section whose keys are all known; absent means: all of its defaults. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  const object = z.strictObject(shape)
  // Not every shape can be empty, which TypeScript cannot tell here; what an absent section lacks is said when it is read.
  return z.prefault(object, {} as z.input<typeof object>)
}

/** A section whose absence means something else than its being empty. */
export function optionalSection<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.optional(z.strictObject(shape))
}
