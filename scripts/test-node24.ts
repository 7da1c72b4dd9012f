import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { node24 } from './node24.ts'

// The registry app ships on Node.js 24, while the repository runs on 22 (the cdktf command line has nothing newer): its tests run on both.
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const run = spawn(await node24(), [vitest, 'run', 'test/registry-app/', ...process.argv.slice(2)], { stdio: 'inherit' })
const [code] = await once(run, 'exit')
process.exitCode = code ?? 1
