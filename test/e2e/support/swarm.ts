import { atTheEnd } from './at-the-end.ts'
import { docker } from './docker.ts'

/** The suite's engine is a Swarm from here to the end, unless it is one already. */
export async function beSwarm(): Promise<void> {
  if ((await docker(['info', '--format', '{{.Swarm.LocalNodeState}}'])) === 'active') return
  await docker(['swarm', 'init', '--advertise-addr', '127.0.0.1'])
  atTheEnd(() => docker(['swarm', 'leave', '--force']))
}
