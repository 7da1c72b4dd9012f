import { program } from './command-line.ts'
import { explainFailure } from './commands/explain-failure.ts'

// Older ones read all of it, and fail somewhere on the way.
const oldest = 22
if (Number.parseInt(process.versions.node, 10) < oldest) {
  console.error(`registry.mjs needs Node.js ${oldest} or later, and this is ${process.versions.node}`)
  process.exit(1)
}

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
