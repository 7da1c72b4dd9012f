import { EnvironmentError } from './environment/environment-error.ts'
import { UsageError } from './usage-error.ts'

/**
 * Runs a program to its end. What its user can mend is said without a stack, which would hide it.
 *
 * @param error where that is written. @default - standard error
 * @returns the exit code
 */
export function runProgram(program: () => void, error: (text: string) => void = text => process.stderr.write(text)): number {
  try {
    program()
    return 0
  } catch (cause) {
    if (cause instanceof EnvironmentError) error(`${cause.message}\n${cause.guides}\n`)
    else if (cause instanceof UsageError) error(`${cause.message}\n`)
    else throw cause
    return 1
  }
}
