import { parseChallenges } from '../../../registry-app/src/proxy/challenges.ts'
import { isPassing, noAnswer, oneLine, RegistryFailure } from './failure.ts'
import { readAll, retryAfterOf, type Wire, type WireAnswer, type WireRequest } from './wire.ts'

/** A name and a password; or, from docker's configuration, a token by which tokens are to be had. */
export type Credentials = NamedCredentials | { readonly identityToken: string }

interface NamedCredentials {
  readonly username: string
  readonly password: string
  readonly identityToken?: undefined
}

/** How one registry is spoken to by somebody. */
export interface SignIn {
  /** The value of Authorization for these scopes, as far as it is known; asks for a new token when the last one is about to end. */
  header(scopes: readonly string[]): Promise<string | undefined>
  /** Learns from a 401. @param shown the Authorization that was refused @returns whether it is worth asking again */
  learn(answer: WireAnswer, scopes: readonly string[], shown: string | undefined): Promise<boolean>
  /** It was asked who signs in there, and nobody is known. */
  isNobody(): Promise<boolean>
}

export interface SignInOptions {
  /** Whom it is for, in messages: the registry's host. */
  readonly host: string
  /** Asked once, when the registry wants to know. */
  readonly credentials: () => Promise<Credentials | undefined>
  readonly wire: Wire
  /** The registry itself is spoken to without TLS. */
  readonly plain: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Office {
  readonly realm: URL
  readonly service: string | undefined
  /** What the registry named itself: some, as public.ecr.aws, know scopes of their own. */
  readonly scope: string | undefined
}

interface Token {
  readonly value: string
  /** Milliseconds since 1970. */
  readonly until: number
}

/** What a token lasts where nobody says so (https://distribution.github.io/distribution/spec/auth/token/). Seconds. */
const usualLife = 60
const largest = 1024 * 1024

/** Signs in by `Basic`, or at a token server by `Bearer`, whichever the registry asks for. */
export function signIn({ host, credentials, wire, plain, now }: SignInOptions): SignIn {
  let known: Promise<Credentials | undefined> | undefined
  let office: Office | undefined
  let basic: string | undefined
  const tokens = new Map<string, Promise<Token>>()
  const who = () => (known ??= credentials())

  async function ask({ realm, service, scope }: Office, scopes: readonly string[]): Promise<Token> {
    const identity = await who()
    const named = scope?.split(' ') ?? []
    const all = scopes.length > 0 ? [...scopes, ...named.filter(each => !each.includes(':'))] : named
    const fields = new URLSearchParams(service === undefined ? {} : { service })
    for (const each of all) fields.append('scope', each)
    const what = `a token for ${host} from ${realm.origin}${realm.pathname}`
    const request = identity?.identityToken === undefined ? byGet(realm, fields, identity) : byPost(realm, fields, identity.identityToken)
    const answer = await wire.exchange(request).catch(cause => {
      throw noAnswer(what, cause)
    })
    const text = (await readAll(answer, largest)).toString()
    if (answer.status === 200) return tokenIn(text, what, now())
    // Whoever changes a password does so while this runs, perhaps.
    known = undefined
    const refused = identity ? ': the name or the password is wrong, or may not do this' : ': nobody is signed in there'
    const message = `${what}: ${answer.status}${[401, 403].includes(answer.status) ? refused : ''}`
    throw new RegistryFailure(message, {
      status: answer.status,
      passing: isPassing(answer.status),
      retryAfter: retryAfterOf(answer, now()),
    })
  }

  function token(scopes: readonly string[], from: Office): Promise<Token> {
    const key = scopes.toSorted().join(' ')
    const fresh = () => {
      const asked = ask(from, scopes)
      tokens.set(key, asked)
      // A failure is no answer for the next who asks.
      asked.catch(() => tokens.get(key) === asked && tokens.delete(key))
      return asked
    }
    const last = tokens.get(key)
    if (last === undefined) return fresh()
    // Of many who find that it has ended, one asks.
    return last.then(each => (each.until > now() ? each : tokens.get(key) === last ? fresh() : token(scopes, from)))
  }

  return {
    isNobody: async () => known !== undefined && (await known) === undefined,

    async header(scopes) {
      if (office) return `Bearer ${(await token(scopes, office)).value}`
      return basic
    },

    async learn(answer, scopes, shown) {
      const challenges = parseChallenges(answer.headers['www-authenticate'])
      const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
      if (bearer) {
        const { realm = '', service, scope } = bearer.parameters
        office = { realm: checkedRealm(realm, host, plain), service, scope }
        // That which was refused is not shown again; another one, which somebody got meanwhile, may do.
        const key = scopes.toSorted().join(' ')
        const current = await tokens.get(key)?.catch(() => undefined)
        if (current && `Bearer ${current.value}` === shown) tokens.delete(key)
        return true
      }
      if (!challenges.some(({ scheme }) => scheme === 'basic')) return false
      // ECR's passwords end after twelve hours: whoever was refused may have another one by now.
      if (basic !== undefined && basic === shown) known = undefined
      const identity = await who()
      if (identity === undefined || identity.identityToken !== undefined || basicOf(identity) === shown) return false
      basic = basicOf(identity)
      return true
    },
  }
}

const usual = { accept: 'application/json', 'user-agent': 'bucket-registry' }

/** https://distribution.github.io/distribution/spec/auth/token/ */
function byGet(realm: URL, fields: URLSearchParams, identity: NamedCredentials | undefined): WireRequest {
  const url = new URL(realm)
  for (const [name, value] of fields) url.searchParams.append(name, value)
  if (identity === undefined) return { method: 'GET', url, headers: usual }
  url.searchParams.set('account', identity.username)
  return { method: 'GET', url, headers: { ...usual, authorization: basicOf(identity) } }
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function byPost(url: URL, fields: URLSearchParams, identityToken: string): WireRequest {
  const scope = fields.getAll('scope').join(' ')
  const form = { grant_type: 'refresh_token', client_id: 'bucket-registry', refresh_token: identityToken, scope }
  const body = Buffer.from(new URLSearchParams({ service: fields.get('service') ?? '', ...form }).toString())
  const headers = { ...usual, 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
  return { method: 'POST', url, headers, body }
}

const basicOf = ({ username, password }: NamedCredentials) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** The registry names whom its passwords go to. Whoever is on the way could do so too, where it is spoken to by TLS and he is not. */
function checkedRealm(text: string, host: string, plain: boolean): URL {
  const realm = URL.parse(text)
  if (!realm || !['https:', 'http:'].includes(realm.protocol)) {
    throw new RegistryFailure(`${host} asks for a token, and names no place where to get one: ${oneLine(text) || 'no realm'}`)
  }
  if (realm.protocol === 'http:' && !plain)
    throw new RegistryFailure(`${host} asks for a token from ${realm.origin}, to which no password is sent in plain text`)
  return realm
}

function tokenIn(text: string, what: string, now: number): Token {
  try {
    const { token, access_token, expires_in } = JSON.parse(text) as Record<string, unknown>
    const value = token || access_token
    if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) {
      const life = typeof expires_in === 'number' && expires_in > 0 ? expires_in : usualLife
      // Some of its time goes by on the way, and clocks differ.
      return { value, until: now + life * 900 }
    }
  } catch {}
  throw new RegistryFailure(`${what}: the answer has none in it`)
}
