import type { OnReadOpts, Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { TransportOptions } from '../transport.ts'

/** Makes a connection, which asks for memory before it reads. The second argument is called when it stands, TLS included. */
export type Dial = (onread: OnReadOpts, standing: () => void) => Socket

/** By name these would be loaded at every start: in one file, all `import`s stand at the top. */
const net = () => process.getBuiltinModule('node:net')
const tls = () => process.getBuiltinModule('node:tls')

/** Certificates that are trusted: Node's own, and one that is named. */
export const trusted = (ca: string | undefined) => ca && [...tls().getCACertificates('default'), ca]

export function dialer({ origin, ca, skipVerify }: Pick<TransportOptions, 'origin' | 'ca' | 'skipVerify'>): Dial {
  const { protocol, hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol === 'http:') {
    return (onread, standing) => net().connect({ host, port: Number(port || 80), noDelay: true, onread }, standing)
  }
  const secureContext = tls().createSecureContext({ ca: trusted(ca) })
  const servername = net().isIP(host) ? '' : host
  let session: Buffer | undefined
  return (onread, standing) => {
    // Node.js takes `onread` here too, and its types forgot it.
    const options: ConnectionOptions & { onread: OnReadOpts } = {
      host,
      port: Number(port || 443),
      servername,
      secureContext,
      rejectUnauthorized: !skipVerify,
      ALPNProtocols: ['http/1.1'],
      session,
      onread,
    }
    const socket = tls().connect(options, standing).setNoDelay(true)
    // A later connection is made with fewer messages.
    return socket.on('session', given => {
      session = given
    })
  }
}
