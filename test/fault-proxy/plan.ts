import type { Random } from '../support/seeded-random.ts'
import type { Fault } from './fault.ts'
import type { S3Operation } from './s3-operation.ts'
import type { S3Request } from './s3-request.ts'

/** Decides what happens to a request; `undefined` lets it pass. Asked once for each. */
export type Plan = (request: S3Request) => Fault | undefined

export const noFaults: Plan = () => undefined

export const always =
  (fault: Fault): Plan =>
  () =>
    fault

/** One of the faults, by chance, for this share of the requests. */
export function atRate(rate: number, faults: readonly Fault[], random: Random): Plan {
  const fine = 1_000_000
  return () => (random.whole(0, fine) < rate * fine ? faults[random.whole(0, faults.length)] : undefined)
}

export const onOperations =
  (operations: readonly S3Operation[], plan: Plan): Plan =>
  request =>
    operations.includes(request.operation) ? plan(request) : undefined

/** The first faults that a plan has, and no more. */
export function times(count: number, plan: Plan): Plan {
  let left = count
  return request => {
    const fault = left > 0 ? plan(request) : undefined
    if (fault) left -= 1
    return fault
  }
}

/** What the first plan says that has something to say. */
export const firstOf =
  (...plans: readonly Plan[]): Plan =>
  request => {
    for (const plan of plans) {
      const fault = plan(request)
      if (fault) return fault
    }
    return undefined
  }
