import { program } from './command-line.ts'
import { ConfigError } from './config/complaint.ts'

try {
  await program.parseAsync()
} catch (error) {
  // What the user can mend needs no stack.
  const explained = error instanceof Error && 'code' in error ? error.message : error
  console.error(error instanceof ConfigError ? `${error.message}\n${error.guides}` : explained)
  process.exitCode = 1
}
