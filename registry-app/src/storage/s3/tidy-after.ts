import { isUnavailable } from '../driver.ts'

/**
 * Lets go on what takes away the traces of a failure. Never fails: the failure itself is what the caller has to hear of, and he does not wait once
 * more for a store that is away. What then stays is found by `sweep`, or when unfinished uploads are purged.
 */
export async function tidyAfter(failure: unknown, tidying: Promise<unknown>): Promise<void> {
  const tidied = tidying.catch(() => {})
  if (!isUnavailable(failure)) await tidied
}
