import { inject } from 'vitest'
import { type RunOptions, run } from './run.ts'
import type { Need } from './suite.ts'

/** What `suite` asks for; found or started by `engine-setup.ts`. */
export const dockerEngine: Need = { missing: inject('dockerMissing') || undefined }

/** Where that engine is, as an environment's file names it. */
export const engineUri = (): string => inject('dockerHost') || 'unix:///var/run/docker.sock'

/** `docker …` on the suite's engine. The classic builder: it is the one that every engine has. */
export function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const host = inject('dockerHost')
  return run('docker', args, { ...options, env: { DOCKER_BUILDKIT: '0', ...(host ? { DOCKER_HOST: host } : {}), ...options.env } })
}
