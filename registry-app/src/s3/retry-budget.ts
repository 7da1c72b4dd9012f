/**
 * How many retries all calls together may still make: while a store is down, everybody trying everything again makes it worse.
 *
 * The numbers are those of the AWS SDKs' standard mode ("Retry behavior" in the AWS SDKs and Tools Reference Guide): a full bucket pays for a
 * hundred retries in a row without one success, and one call in ten may fail for ever without emptying it.
 */
export interface RetryBudget {
  /** @returns what the retry costs, or `undefined` if it cannot be afforded */
  take(timeout: boolean): number | undefined
  /** After a success: what its last retry had cost comes back, or a little if there was none. */
  give(cost: number | undefined): void
}

const capacity = 500
const retryCost = 5
const timeoutCost = 10
const reward = 1

export function retryBudget(): RetryBudget {
  let tokens = capacity
  return {
    take(timeout) {
      const cost = timeout ? timeoutCost : retryCost
      if (cost > tokens) return undefined
      tokens -= cost
      return cost
    },
    give(cost = reward) {
      tokens = Math.min(capacity, tokens + cost)
    },
  }
}
