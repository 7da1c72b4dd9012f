import { parentPort } from 'node:worker_threads'
import { matches } from './bcrypt.ts'
import type { Check } from './bcrypt-thread.ts'

// A program of its own, started as a thread by `bcrypt-thread.ts`: one check at a time.
parentPort?.on('message', async ({ password, hash, slowest }: Check) => {
  parentPort?.postMessage(await matches(password, hash, slowest))
})
