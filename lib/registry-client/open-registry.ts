import { noAnswer, RegistryFailure, reasonOf } from './http/failure.ts'
import { type Persistence, persist } from './http/persist.ts'
import type { Credentials } from './http/sign-in.ts'
import { openWire, type Wire } from './http/wire.ts'
import { type RegistryClient, registryClient } from './registry-client.ts'

export interface OpenRegistryOptions {
  readonly host: string
  /** Plain HTTP will do, and a certificate that nobody vouches for. */
  readonly insecure: boolean
  /** Plain HTTP, and nothing else. */
  readonly plain: boolean
  /** PEM, trusted besides what Node.js trusts. */
  readonly ca: string | undefined
  readonly connections: number
  readonly credentials: () => Promise<Credentials | undefined>
  readonly persistence: Persistence
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Finds out how a registry is spoken to: by HTTPS; by HTTP only where it does not answer by that, and it is on this machine or said to be `insecure`.
 * No credentials are sent before that is known.
 *
 * @throws RegistryFailure
 */
export async function openRegistry(options: OpenRegistryOptions): Promise<RegistryClient> {
  const { host, insecure, plain, ca, connections, persistence, variables, credentials, now } = options
  const wire = await openWire({ connections, ca, skipVerify: insecure, variables, signal: persistence.signal })
  try {
    // Who mistypes a name shall not wait for long.
    const attempts = Math.min(3, persistence.attempts)
    const origin = await persist({ ...persistence, attempts }, () => (plain ? plainOriginOf(host, wire) : originOf(host, insecure, wire)))
    return registryClient({ host, origin, wire, credentials, persistence, insecure, now })
  } catch (error) {
    await wire.close()
    throw error
  }
}

async function originOf(host: string, insecure: boolean, wire: Wire): Promise<string> {
  const address = addressOf(host)
  const secure = `https://${address}`
  try {
    await ping(wire, secure)
    return secure
  } catch (cause) {
    const plain = `http://${address}`
    if (!insecure && !isLoopback(address)) {
      const failure = noAnswer(`${secure}/v2/`, cause)
      if (failure.passing) throw failure
      throw new RegistryFailure(`${failure.message}; --insecure takes plain HTTP, and a certificate that nobody vouches for`, { cause })
    }
    await ping(wire, plain).catch(error => {
      throw noAnswer(`${plain}/v2/`, reasonOf(error) === reasonOf(cause) ? error : new AggregateError([cause, error]))
    })
    return plain
  }
}

async function plainOriginOf(host: string, wire: Wire): Promise<string> {
  const origin = `http://${addressOf(host)}`
  await ping(wire, origin).catch(error => {
    throw noAnswer(`${origin}/v2/`, error)
  })
  return origin
}

/** Whatever it answers: somebody is there. */
async function ping(wire: Wire, origin: string): Promise<void> {
  const answer = await wire.exchange({ method: 'GET', url: new URL('/v2/', origin), headers: { 'user-agent': 'bucket-registry' } })
  await answer.drop().catch(() => {})
  if (origin.startsWith('http:') && answer.status === 400) throw new Error('it does not speak plain HTTP')
}

/** Docker Hub's images are called after another host than serves them. */
const addressOf = (host: string) => (host === 'docker.io' || host === 'index.docker.io' ? 'registry-1.docker.io' : host)

const isLoopback = (address: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(address)
