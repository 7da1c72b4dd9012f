import { noAnswer, RegistryFailure } from './http/failure.ts'
import { type Persistence, persist } from './http/persist.ts'
import { type Credentials, type SignIn, signIn } from './http/sign-in.ts'
import { headerOf, type Wire, type WireAnswer, type WireRequest } from './http/wire.ts'
import { refusal } from './refusal.ts'

/** One registry, as somebody who may have signed in. */
export interface RegistryClient {
  /** As it was named: `registry.example:5000`. */
  readonly host: string
  readonly persistence: Persistence
  /** Asks, again where that may help, and signs in where the registry wants it. @throws RegistryFailure for a status that is not in `ok` */
  send(call: Call): Promise<WireAnswer>
  /** `https://registry.example:5000` */
  readonly origin: string
  close(): Promise<void>
}

export interface Call {
  readonly method: WireRequest['method']
  /** Below the registry's address, with its query; or a whole URL that the registry answered. */
  readonly path: string | URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: WireRequest['body']
  /** What is needed for it: `repository:app:pull`. */
  readonly scopes: readonly string[]
  /** Statuses that are answers. */
  readonly ok: readonly number[]
  /** Its body can be sent once, so it is whoever sends it who tries again. */
  readonly once?: boolean
}

export interface RegistryClientOptions {
  readonly host: string
  readonly origin: string
  readonly wire: Wire
  readonly credentials: () => Promise<Credentials | undefined>
  readonly persistence: Persistence
  /** A registry may send clients on to places without TLS. */
  readonly insecure: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const mostRedirects = 5

export function registryClient({ host, origin, wire, credentials, persistence, insecure, now }: RegistryClientOptions): RegistryClient {
  const plain = origin.startsWith('http:')
  const identity: SignIn = signIn({ host, credentials, wire, plain, now })

  /** To nobody but the registry itself, wherever it sends us. */
  const authorizationFor = async (call: Call, url: URL) => (url.origin === origin ? identity.header(call.scopes) : undefined)

  const exchange = async (call: Call, url: URL, what: string, authorization?: string): Promise<WireAnswer> => {
    const headers: Record<string, string> = { 'user-agent': 'bucket-registry', ...call.headers }
    if (authorization !== undefined) headers.authorization = authorization
    return wire.exchange({ method: call.method, url, headers, body: call.body }).catch(cause => {
      throw noAnswer(what, cause)
    })
  }

  const attempt = async (call: Call): Promise<WireAnswer> => {
    let url = new URL(call.path, origin)
    const what = `${call.method} ${url.origin}${url.pathname}`
    const shown = await authorizationFor(call, url)
    let answer = await exchange(call, url, what, shown)
    if (answer.status === 401 && url.origin === origin && (await identity.learn(answer, call.scopes, shown))) {
      await answer.drop().catch(() => {})
      // A body in pieces is spent.
      if (call.once) throw new RegistryFailure(`${what}: 401, the token had ended`, { status: 401, passing: true })
      answer = await exchange(call, url, what, await authorizationFor(call, url))
    }
    for (let count = 0; isRedirect(answer.status) && !call.ok.includes(answer.status); count++) {
      const next = URL.parse(headerOf(answer, 'location') ?? '', url.href)
      await answer.drop().catch(() => {})
      if (!next || !mayFollow(url, next) || count === mostRedirects || !isRead(call))
        throw new RegistryFailure(`${what}: leads to where nobody may follow`)
      url = next
      answer = await exchange(call, url, what, await authorizationFor(call, url))
    }
    if (call.ok.includes(answer.status)) return answer
    const isNobody = url.origin === origin && (await identity.isNobody())
    throw await refusal(what, answer, { isNobody, now: now() })
  }

  const mayFollow = (from: URL, to: URL) => to.protocol === 'https:' || (to.protocol === 'http:' && (from.protocol === 'http:' || insecure))

  return {
    host,
    origin,
    persistence,
    send: call => (call.once ? attempt(call) : persist(persistence, () => attempt(call))),
    close: () => wire.close(),
  }
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)
const isRead = ({ method }: Call) => method === 'GET' || method === 'HEAD'
