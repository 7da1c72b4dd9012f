import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config/schema/config.ts'
import { type Notifier, startNotifier } from '../events/notifications/notifier.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** The notifier that the configuration asks for; `undefined` if nobody is to be told. */
export async function startNotifications(config: Config, driver: StorageDriver, log: Log): Promise<Notifier | undefined> {
  const { endpoints, events, queue } = config.notifications
  if (endpoints.every(({ disabled }) => disabled)) return undefined
  const instance = randomUUID()
  const host = hostname()
  const port = config.http.net === 'tcp' ? /:\d+$/.exec(config.http.addr)?.[0] : undefined
  return startNotifier({
    // What an endpoint without a name is called must be the same after the next start.
    endpoints: endpoints.map((endpoint, index) => ({ ...endpoint, name: endpoint.name || String(index) })),
    queue,
    includeReferences: events.includereferences,
    source: { addr: `${host}${port ?? ''}`, instanceID: instance },
    process: { instance, host, pid: process.pid, isAlive },
    driver,
    log,
    now: () => new Date(),
    random: Math.random,
    randomId: randomUUID,
    sleep,
  })
}

/** What can be ended by a signal keeps no process alive. */
function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    if (signal) timer.unref()
    signal?.addEventListener('abort', end, { once: true })
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It may belong to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
