import { setTimeout as sleep } from 'node:timers/promises'
import { docker } from '../support/docker.ts'

export interface RegistryContainer {
  id: string
  /** `localhost:<port>`: docker speaks plain HTTP to nobody else. */
  host: string
  remove(): Promise<void>
}

/** Runs the image as a careful operator would: nothing can be written but its volume, and no capability is left. */
export async function runRegistry(image: string): Promise<RegistryContainer> {
  const limits = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--memory', '512m']
  const id = await docker(['run', '--detach', ...limits, '--publish', '127.0.0.1::5000', image])
  const address = await docker(['port', id, '5000/tcp'])
  return {
    id,
    host: `localhost:${address.split(':').at(-1)}`,
    remove: async () => void (await docker(['rm', '--force', '--volumes', id])),
  }
}

/** @returns what the image's own health check has found, once it is no longer `starting` */
export async function health(id: string): Promise<string> {
  for (;;) {
    const status = await docker(['inspect', '--format', '{{.State.Health.Status}}', id])
    if (status !== 'starting') return status
    await sleep(500)
  }
}
