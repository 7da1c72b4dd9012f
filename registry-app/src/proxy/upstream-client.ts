import { type Queue, queue } from '../concurrency/queue.ts'
import type { Answer, Exchange } from './exchange.ts'
import { type HoldOff, holdOff } from './hold-off.ts'
import { mayFollow, redirectTarget } from './redirect.ts'
import { retryLater } from './retry-later.ts'
import { signIn } from './sign-in.ts'
import type { Upstream } from './upstream.ts'
import { UpstreamError } from './upstream-error.ts'
import type { Watcher } from './watcher.ts'

/** Asks one upstream: as somebody it knows, as often as it likes, and only where it may lead. */
export interface UpstreamClient extends Upstream {
  /** @returns an answer of 200 @throws UpstreamError */
  ask(question: Question): Promise<Answer>
  /** Room in memory for its manifests, in bytes: one that sends them slowly holds up nobody else's, and no push. */
  readonly memory: Queue
  close(): void
}

export interface Question {
  readonly method: 'GET' | 'HEAD'
  /** The repository's name there. */
  readonly path: string
  /** What follows the name: `manifests/latest`. */
  readonly what: string
  readonly accept?: string | undefined
  /** Rates are limited for each by itself: Docker Hub counts manifests, and not what lies behind them. */
  readonly kind: 'manifest' | 'blob'
  readonly signal: AbortSignal
}

export interface UpstreamClientOptions {
  readonly upstream: Upstream
  readonly exchange: Exchange
  readonly watcher: Watcher
  readonly now: () => Date
}

const mostRedirects = 5
/** For small answers; blobs have places of their own (`flights.ts`). */
const atOnce = 32
/** Manifests that are being fetched, in bytes as they are at most. */
const manifestMemory = 32 * 1024 * 1024
/** For how many milliseconds an upstream that does not answer is left in peace, and one that asks for it at most. */
const leastPeace = 5000
const mostPeace = 3_600_000

export function upstreamClient({ upstream, exchange, watcher, now }: UpstreamClientOptions): UpstreamClient {
  const { url: base, label } = upstream
  const time = () => now().getTime()
  const holds: Readonly<Record<Question['kind'] | 'all', HoldOff>> = { manifest: holdOff(time), blob: holdOff(time), all: holdOff(time) }
  const places = queue(atOnce)
  /** The address by which it was reached last. */
  let address: string | undefined

  const auth = signIn({
    upstream,
    now: time,
    ask: (url, headers, signal) =>
      exchange.ask({ url, method: 'GET', headers: { accept: 'application/json', ...headers }, mayReach: reachable(url), signal }),
  })

  /** Where it is itself was chosen by whoever wrote the configuration. */
  const reachable = (url: URL) => (url.origin === base.origin ? () => true : mayFollow(address))

  async function follow({ method, path, accept, what, signal }: Question, authorization: string | undefined): Promise<Answer> {
    let url = new URL(`${base.href.replace(/\/$/, '')}/v2/${path}/${what}`)
    for (let redirects = 0; ; redirects += 1) {
      // What proves who we are is for the upstream alone.
      const proof = url.origin === base.origin && authorization !== undefined ? { authorization } : undefined
      const headers = { accept: accept ?? '*/*', 'accept-encoding': 'identity', ...proof }
      const answer = await exchange.ask({ url, method, headers, mayReach: reachable(url), signal })
      if (url.origin === base.origin) address = answer.address
      if (answer.status < 300 || answer.status > 399) return answer
      answer.close()
      if (redirects === mostRedirects) throw new UpstreamError('wrong', `${label} sends this registry from one place to the next`)
      url = redirectTarget(answer.headers.location, url)
    }
  }

  async function signedIn(question: Question): Promise<Answer> {
    let proof = auth.current(question.path)
    for (let attempts = 0; ; attempts += 1) {
      const answer = await follow(question, proof)
      if (answer.status !== 401 || attempts === 2) return answer
      answer.close()
      const challenge = answer.headers['www-authenticate']
      proof = await auth.answer(challenge, question.path, proof, question.signal)
    }
  }

  function expectOk(answer: Answer, { path, what }: Question): Answer {
    const remaining = /^\d{1,9}/.exec(String(answer.headers['ratelimit-remaining'] ?? ''))?.[0]
    if (remaining !== undefined) watcher.remaining(label, Number(remaining))
    const { status } = answer
    if (status === 200) return answer
    answer.close()
    if (status === 404) throw new UpstreamError('unknown', `${label} has no ${path}/${what}`)
    if (status === 401 || status === 403)
      throw new UpstreamError('denied', `${label} does not let this registry pull ${path}: it answers ${status}`)
    throw retryLater(answer, label, now()) ?? new UpstreamError('wrong', `${label} answers ${status} for ${path}/${what}`)
  }

  function leaveInPeace(error: UpstreamError, kind: Question['kind']) {
    const asked = (error.retryAfter ?? 0) * 1000
    if (error.failure === 'limited') holds[kind].failed({ error, for: Math.min(asked, mostPeace) })
    if (error.failure === 'away') holds.all.failed({ error, for: Math.min(Math.max(asked, leastPeace), mostPeace) })
  }

  /** The time that the question had is over. */
  function late(error: unknown): never {
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new UpstreamError('away', `${label} did not answer in time`, { cause: error })
    throw error
  }

  return {
    ...upstream,
    memory: queue(manifestMemory),
    async ask(question) {
      holds.all.check()
      holds[question.kind].check()
      await places.enter(1, question.signal).catch(late)
      try {
        return expectOk(await signedIn(question).catch(late), question)
      } catch (error) {
        if (error instanceof UpstreamError) {
          watcher.failed(label, error)
          leaveInPeace(error, question.kind)
        }
        throw error
      } finally {
        places.leave(1)
      }
    },
    close: () => exchange.close(),
  }
}
