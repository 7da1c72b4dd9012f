import { Command } from 'commander'
import { addCopyCommand } from '../lib/copy/copy-command.ts'
import { runCopy } from '../lib/copy/run-copy.ts'
import { UsageError } from '../lib/usage-error.ts'

/** `kit copy` as a program by itself, beside the registry in its image: what keeps a standby there. */

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort(new Error(`ended by ${signal}`)))

// As the kit's own command line ends: 2, if it cannot be read.
const program = new Command('registry').exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
addCopyCommand(program, {
  surroundings: {
    out: text => process.stdout.write(text),
    error: text => process.stderr.write(text),
    variables: process.env,
    signal: interruption.signal,
  },
  async carryOut(command, work) {
    try {
      process.exitCode = await work({ runCopy })
    } catch (cause) {
      if (!(cause instanceof UsageError)) throw cause
      command.error(`error: ${cause.message}`)
    }
  },
})
await program.parseAsync(['copy', ...process.argv.slice(2)], { from: 'user' })
