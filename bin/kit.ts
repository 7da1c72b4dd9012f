#!/usr/bin/env node
import { runKit } from '../lib/kit.ts'

process.exitCode = runKit(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(text),
})
