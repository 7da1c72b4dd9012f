import { describe, it } from 'vitest'

/** Something that a suite cannot do without. */
export interface Need {
  /** Why it is not to be had here, in a few words. */
  missing?: string | undefined
}

/** Tests that need more than Node.js. Where that is missing, the suite counts as one skipped test, which says why. */
export function suite(name: string, needs: readonly Need[], tests: () => void | Promise<void>): void {
  const missing = [...new Set(needs.flatMap(need => need.missing ?? []))]
  if (missing.length === 0) describe(name, tests)
  else describe(name, () => it.skipIf(true)(`could not run: ${missing.join(', ')}`, () => {}))
}
