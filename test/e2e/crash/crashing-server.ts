import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../support/seeded-random.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'

export interface CrashingServer {
  url: string
  /** How often it has been killed. */
  kills: number
  /** Resolves once it runs no more. */
  end(): Promise<void>
}

/** A registry that is killed again and again, at most `longest` milliseconds after it began to listen, and comes back at the same address. */
export async function crashingServer(folder: string, random: Random, longest: number): Promise<CrashingServer> {
  let server: RegistryServer = await startServer({ folder })
  const port = Number(new URL(server.url).port)
  const crashing: CrashingServer = { url: server.url, kills: 0, end: async () => {} }
  let ended = false

  const lives = (async () => {
    while (!ended) {
      await sleep(random.whole(0, longest))
      await server.kill()
      crashing.kills += 1
      if (!ended) server = await startServer({ folder, port })
    }
    await server.kill()
  })()

  crashing.end = async () => {
    ended = true
    await lives
  }
  return crashing
}
