import type { TestProject } from 'vitest/node'
import { answers, startEngine } from './start-engine.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where docker's command line finds the engine (`DOCKER_HOST`); empty: where it looks by itself. */
    dockerHost: string
    /** Why there is no engine; empty: there is one. */
    dockerMissing: string
  }
}

/** Finds a Docker engine for the suite, or starts one in a temporary folder and ends it with the suite. */
export default async function setup({ provide }: TestProject) {
  provide('dockerHost', '')
  provide('dockerMissing', '')
  if (await answers('')) return undefined
  const engine = await startEngine()
  if ('missing' in engine) return void provide('dockerMissing', engine.missing)
  provide('dockerHost', engine.host)
  return engine.stop
}
