import type { Upload } from './patient.ts'

/** What the doctor left in the store, or may have: it is noted down before it is done. */
export interface Traces {
  /** Everything that it stores lies below it. */
  readonly prefix: string
  readonly keys: ReadonlySet<string>
  readonly uploads: readonly Upload[]
  key(name: string): string
  remember(upload: Upload): void
  any(): boolean
}

export function tracesBelow(prefix: string): Traces {
  const keys = new Set<string>()
  const uploads: Upload[] = []
  return {
    prefix,
    keys,
    uploads,
    key(name) {
      keys.add(`${prefix}${name}`)
      return `${prefix}${name}`
    },
    remember: upload => uploads.push(upload),
    any: () => keys.size > 0,
  }
}
