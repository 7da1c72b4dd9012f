import { program } from './command-line.ts'
import { explainFailure } from './commands/explain-failure.ts'

let command: string | undefined
program.hook('preAction', (_, started) => {
  command = started.name()
})

try {
  await program.parseAsync()
} catch (error) {
  console.error(explainFailure(error, command))
  // At once: connections to a store stay open for a while, and would keep whoever restarts it waiting.
  process.exit(1)
}
