import { program } from './command-line.ts'
import { explainFailure } from './commands/explain-failure.ts'

try {
  await program.parseAsync()
} catch (error) {
  console.error(explainFailure(error))
  process.exitCode = 1
}
