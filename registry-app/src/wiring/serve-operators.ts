import { parseAddress } from '../config/address.ts'
import type { Config } from '../config/schema/config.ts'
import { debugPages } from '../http/debug-pages.ts'
import { type RunningServer, type ServerOptions, startServer } from '../http/server.ts'
import type { Health } from '../ops/health.ts'

type Limits = Omit<ServerOptions, 'handle' | 'listen' | 'protocols'>

export interface Operators extends Limits {
  health: Health
  /** The metrics as they are now; absent: none are kept. */
  text: (() => string) | undefined
}

/** Serves what is for operators alone, at an address of its own (`http.debug`); `undefined` where none is named. */
export async function serveOperators(debug: Config['http']['debug'], operators: Operators): Promise<RunningServer | undefined> {
  const { addr, prometheus } = debug
  if (addr === undefined) return undefined
  const { health, text, ...limits } = operators
  const server = await startServer({
    ...limits,
    handle: debugPages({ health, metrics: text && { path: prometheus.path, text } }),
    listen: parseAddress(addr).listen,
  })
  limits.log.info('operators are served', { at: server.addresses.join(' ') })
  return server
}
