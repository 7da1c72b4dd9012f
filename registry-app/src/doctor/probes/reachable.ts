import { once } from 'node:events'
import { connect } from 'node:net'
import { good, type Probe } from '../probe.ts'

/** A connection to the endpoint's port: name resolution, route, firewall. */
export const reachable: Probe = {
  name: 'reachable',
  first: true,
  async ask({ origin, signal }) {
    const socket = connect({ host: hostname(origin), port: portOf(origin) })
    try {
      await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) })
      return good(`${origin.host} takes connections, as ${socket.remoteAddress}`)
    } catch (cause) {
      signal.throwIfAborted()
      throw new Error(`${origin.host} ${reasonOf(cause)}`, { cause })
    } finally {
      socket.destroy()
    }
  },
}

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === 'https:' ? 443 : 80))

/** Without the brackets of an IPv6 address. */
export const hostname = (origin: URL): string => origin.hostname.replace(/^\[|\]$/g, '')

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has no address: its name was not found'
  if (code === 'ECONNREFUSED') return 'refuses connections: nothing listens there'
  if (code === 'ABORT_ERR') return 'does not answer within 5 seconds'
  return `cannot be reached: ${cause instanceof Error ? cause.message : cause}`
}
