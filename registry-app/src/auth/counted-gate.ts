import type { Admission, Gate } from './gate.ts'
import { TooManySignIns, Unauthorized } from './refusals.ts'

/** Nothing was said; a wrong password; somebody who is known and may not. */
export type Failure = 'missing' | 'invalid' | 'denied'

/** The same gate, which counts whom it does not let in. What is broken behind it is nobody's failure. */
export function countedGate(gate: Gate, failed: (why: Failure) => void): Gate {
  const count = ({ authorization }: Admission, error: unknown): never => {
    if (authorization === undefined) failed('missing')
    else if (error instanceof Unauthorized || error instanceof TooManySignIns) failed('invalid')
    else if (error instanceof Error && 'code' in error && error.code === 'DENIED') failed('denied')
    throw error
  }
  return {
    admit(admission) {
      try {
        const admitted = gate.admit(admission)
        return admitted instanceof Promise ? admitted.catch(error => count(admission, error)) : admitted
      } catch (error) {
        return count(admission, error)
      }
    },
  }
}
