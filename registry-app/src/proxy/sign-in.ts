import { LRUCache } from 'lru-cache'
import { parseChallenge } from './challenge.ts'
import type { Answer } from './exchange.ts'
import { readBounded } from './read-bounded.ts'
import { retryLater } from './retry-later.ts'
import { trustedRealm } from './trusted-realm.ts'
import type { Upstream } from './upstream.ts'
import { UpstreamError } from './upstream-error.ts'

/** How this registry says who it is, to one upstream. */
export interface SignIn {
  /** The header `Authorization` for pulling a repository, as far as it is known what the upstream wants. */
  current(path: string): string | undefined
  /**
   * The same, after it has answered 401.
   *
   * @param refused what it was sent
   * @throws UpstreamError `denied` if there is nothing else to say, `wrong` if tokens would have to come from where nobody trusts, `away`
   */
  answer(challenge: string | undefined, path: string, refused: string | undefined, signal: AbortSignal): Promise<string>
}

export interface SignInOptions {
  readonly upstream: Upstream
  /** Asks where tokens are to be had. */
  readonly ask: (url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Answer>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A token of a registry has some KB. */
const answerLimit = 256 * 1024
const tokenLimit = 32 * 1024
/** Distribution's token specification: what holds for less than a minute, or says nothing, holds for one. Seconds. */
const leastLife = 60
const longestLife = 3600
/** So much earlier another one is fetched. Milliseconds. */
const leeway = 15_000
/** Repositories whose tokens are remembered. */
const most = 1000

export function signIn({ upstream, ask, now }: SignInOptions): SignIn {
  const { username, password = '', label } = upstream
  const basic = username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const tokens = new LRUCache<string, { header: string; until: number }>({ max: most })
  let asksBasic = false

  async function token(realm: URL, service: string | undefined, path: string, signal: AbortSignal): Promise<string> {
    const url = new URL(realm)
    if (service !== undefined) url.searchParams.set('service', service)
    // Never what the challenge says: whoever answers for the upstream could ask for more.
    url.searchParams.set('scope', `repository:${path}:pull`)
    if (username !== undefined) url.searchParams.set('account', username)
    const answer = await ask(url, basic ? { authorization: basic } : {}, signal)
    if (answer.status !== 200) {
      answer.close()
      if (answer.status === 401 || answer.status === 403)
        throw new UpstreamError(
          'denied',
          `${label}: ${url.host} gives ${username ?? 'nobody'} no token for ${path}: it answers ${answer.status}`,
        )
      const who = `${label}: ${url.host}, where its tokens are,`
      throw retryLater(answer, who, new Date(now())) ?? new UpstreamError('away', `${who} answers ${answer.status}`)
    }
    const { text, life } = parseToken(await readBounded(answer, answerLimit, `${label}: the answer with a token`), label)
    const header = `Bearer ${text}`
    tokens.set(path, { header, until: now() + life * 1000 })
    return header
  }

  return {
    current(path) {
      if (asksBasic) return basic
      const known = tokens.get(path)
      return known && known.until - leeway > now() ? known.header : undefined
    },

    async answer(header, path, refused, signal) {
      const challenge = parseChallenge(header)
      if (challenge?.scheme === 'basic' && basic !== undefined && refused !== basic) {
        asksBasic = true
        return basic
      }
      if (challenge?.scheme !== 'bearer') {
        throw new UpstreamError('denied', `${label} does not let ${username ?? 'nobody'} pull ${path}: it answers 401`)
      }
      asksBasic = false
      const known = tokens.get(path)
      // Another request may have fetched one meanwhile.
      if (known && known.header !== refused && known.until - leeway > now()) return known.header
      const realm = trustedRealm(challenge.realm, upstream)
      if (!realm) {
        const where = URL.parse(challenge.realm)?.origin ?? 'no URL'
        throw new UpstreamError(
          'wrong',
          `${label} sends this registry for tokens to ${where}, which is not trusted with its name and password: if that is right, write its host into trustedrealms`,
        )
      }
      return token(realm, challenge.service, path, signal)
    },
  }
}

function parseToken(content: Buffer, label: string): { text: string; life: number } {
  let json: { token?: unknown; access_token?: unknown; expires_in?: unknown } = {}
  try {
    json = Object(JSON.parse(content.toString()))
  } catch {
    // Then it has no token either.
  }
  const text = json.token ?? json.access_token
  // Nothing else can stand in a header (RFC 6750, section 2.1).
  if (typeof text !== 'string' || text.length > tokenLimit || !/^[\w.~+/-]+=*$/.test(text)) {
    throw new UpstreamError('wrong', `${label}: what came in place of a token is none`)
  }
  const life = typeof json.expires_in === 'number' ? json.expires_in : leastLife
  return { text, life: Math.min(Math.max(life, leastLife), longestLife) }
}
