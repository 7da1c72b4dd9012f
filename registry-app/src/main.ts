import { program } from './command-line.ts'
import { explainFailure } from './explain-failure.ts'

try {
  await program.parseAsync()
} catch (error) {
  console.error(explainFailure(error))
  process.exitCode = 1
}
