import { isIP, isIPv4, isIPv6 } from 'node:net'

/** Where one listening socket goes; an object that `server.listen` takes as it is. */
export type ListenAddress =
  | { readonly path: string }
  | {
      /** 0 lets the system choose. */
      readonly port: number
      /** An IP address or a name; absent: every address of the machine, IPv6 and IPv4. */
      readonly host?: string
      /** The ::1 of `localhost`: a machine without IPv6 does without it. With port 0 it takes the port that the first address got. */
      readonly optional?: true
    }

export interface Address {
  readonly listen: readonly ListenAddress[]
  /** True if nobody outside this machine can reach any of them; a unix socket counts as such. */
  readonly loopback: boolean
}

/**
 * Reads `http.addr`: `:5000`, `localhost:5000` (127.0.0.1 and ::1, both), `0.0.0.0:5000`, `[::1]:5000`, `name:5000`; with `net: unix` the path of a socket.
 *
 * @throws RangeError whose message says what is wrong with the address and which forms there are
 */
export function parseAddress(addr: string, net: 'tcp' | 'unix' = 'tcp'): Address {
  if (net === 'unix') {
    if (addr === '' || addr.includes('\0')) throw new RangeError('must be the path of a socket, because http.net is unix')
    return { listen: [{ path: addr }], loopback: true }
  }
  const [, bracketed, bare, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(addr) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) throw new RangeError(`must be ${forms}`)
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) throw new RangeError('must have an IPv6 address between its brackets, such as [::1]:5000')
    return { listen: [{ port, host: bracketed }], loopback: isLoopback(bracketed) }
  }
  const host = bare ?? ''
  if (host === '') return { listen: [{ port }], loopback: false }
  if (host.toLowerCase() === 'localhost') {
    return {
      listen: [
        { port, host: '127.0.0.1' },
        { port, host: '::1', optional: true },
      ],
      loopback: true,
    }
  }
  if (!isIP(host) && (!/^[\w.-]+$/.test(host) || /^[\d.]+$/.test(host))) throw new RangeError(`must be ${forms}`)
  return { listen: [{ port, host }], loopback: isLoopback(host) }
}

const forms = 'host:port with a port from 0 to 65535, such as :5000, localhost:5000, 0.0.0.0:5000 or [::1]:5000'

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.')
  // An address has many spellings (0:0:0:0:0:0:0:1, ::ffff:127.0.0.1); the URL parser writes each in one way.
  if (!isIPv6(host) || host.includes('%')) return false
  const canonical = new URL(`http://[${host}]/`).hostname
  return canonical === '[::1]' || canonical.startsWith('[::ffff:7f')
}
