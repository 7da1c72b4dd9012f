import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'

/** The protocol that an ACME server offers, alone, when it looks for a proof (RFC 8737, section 3). */
export const challengeProtocol = 'acme-tls/1'

/** The handshake is all of it: the certificate that is shown in it is the proof. */
export function answerChallenge(socket: Socket, context: SecureContext, timeout: number): void {
  const { TLSSocket } = process.getBuiltinModule('node:tls')
  const secure = new TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: [challengeProtocol] })
  const timer = setTimeout(() => secure.destroy(), timeout || 10_000)
  // An ACME server that leaves has seen what it wanted, or tells whoever asked it what it missed.
  secure.on('error', () => secure.destroy())
  secure.once('secure', () => secure.end())
  secure.once('close', () => clearTimeout(timer))
  secure.resume()
}
