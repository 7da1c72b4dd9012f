#!/usr/bin/env node
import { ask } from '../lib/ask.ts'
import { runKit } from '../lib/kit.ts'
import { terminalInput } from '../lib/user/secret-input.ts'

// The first signal asks a command to end and take away what it made; a second one ends the process as ever.
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort(new Error(`ended by ${signal}`)))
// So does a reader that leaves, such as head.
process.stdout.on('error', cause => interruption.abort(cause))

process.exitCode = await runKit(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(text),
  variables: process.env,
  input: terminalInput(process.stdin, text => process.stderr.write(text), interruption.signal),
  signal: interruption.signal,
  ask,
})
