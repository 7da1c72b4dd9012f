import { keysOf, type SetKey } from '../jwt/key-set.ts'
import { type Fetch, fetchJson } from './fetch-json.ts'

export interface IssuerKeysOptions {
  /** Its URL, as its tokens name it. */
  issuer: string
  /** Where its keys are; absent: it is asked, and may name a place of its own only. */
  jwksUri: string | undefined
  fetch: Fetch
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

export interface IssuerKeys {
  /**
   * The key that a token names.
   *
   * @param kid empty: it names none, which will do where the issuer has one only
   * @returns `undefined` if the issuer has no such key
   * @throws IssuerAway, TooManyWaiting
   */
  find(kid: string, alg: string): Promise<SetKey | undefined>
}

/** Its keys are not known, and it does not give them. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway'
}

/** Keys of that age are asked for again, beside the request. Milliseconds. */
const fresh = 3_600_000
/** So long an issuer may be away before its keys are not believed any more: it may have withdrawn one. */
const believed = 24 * 3_600_000
/** Tokens with names of keys that nobody knows have it asked no more often than this. */
const seldom = 30_000
/** Nor is it when it does not answer. */
const pause = 10_000
/** Whoever comes when so many wait for its answer is told to come again. */
const mostWaiting = 200

/**
 * The keys of an issuer of identities, kept as long as they can be believed.
 *
 * Each issuer has its own: one that is slow, or away, holds up nobody but those who bring its tokens, and them for a few seconds.
 */
export function issuerKeys({ issuer, jwksUri, fetch, warn, clock }: IssuerKeysOptions): IssuerKeys {
  let keys: readonly SetKey[] = []
  let fetchedAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let failing = false
  let underWay: Promise<void> | undefined
  let waiting = 0

  async function ask(): Promise<void> {
    askedAt = clock()
    try {
      const found = keysOf(await fetchJson(jwksUri ?? (await placeOfKeys(issuer, fetch)), fetch))
      if (!found || found.length === 0) throw new Error('that is no set of public keys')
      keys = found
      fetchedAt = clock()
      if (failing) warn(`the keys of ${issuer} are to be had again`)
      failing = false
    } catch (error) {
      if (!failing) warn(`the keys of ${issuer} are not to be had; those that are known are believed for a day`, { error: reasonOf(error) })
      failing = true
    } finally {
      underWay = undefined
    }
  }

  const asking = () => {
    underWay ??= ask()
    return underWay
  }

  async function askNow(): Promise<void> {
    if (waiting >= mostWaiting) throw new IssuerAway(`too many wait for the keys of ${issuer}`)
    waiting += 1
    await asking().finally(() => {
      waiting -= 1
    })
  }

  const pick = (kid: string, alg: string): SetKey | undefined => {
    const fitting = keys.filter(key => key.alg === undefined || key.alg === alg)
    return kid === '' ? (fitting.length === 1 ? fitting[0] : undefined) : fitting.find(key => key.kid === kid)
  }

  return {
    async find(kid, alg) {
      const since = clock() - askedAt
      const age = () => clock() - fetchedAt
      if (age() > believed) {
        if (underWay || since >= pause) await askNow()
        if (age() > believed) throw new IssuerAway(`the keys of ${issuer} are not known`)
      } else if (age() > fresh && since >= pause) void asking()
      const found = pick(kid, alg)
      if (found || !(underWay || since >= seldom)) return found
      await askNow()
      return pick(kid, alg)
    },
  }
}

/** OpenID Connect Discovery 1.0, section 4. */
async function placeOfKeys(issuer: string, fetch: Fetch): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, fetch)
  const { issuer: named, jwks_uri: place } =
    typeof document === 'object' && document !== null ? (document as Readonly<Record<string, unknown>>) : {}
  if (named !== issuer) throw new Error(`it calls itself ${JSON.stringify(named)?.slice(0, 200)}`)
  if (typeof place !== 'string' || !URL.canParse(place)) throw new Error('it does not say where its keys are')
  // What is asked is what the configuration names, and nothing that an answer does.
  if (new URL(place).origin !== new URL(issuer).origin)
    throw new Error(`its keys are elsewhere, at ${place.slice(0, 200)}: if that is right, name it by jwksuri`)
  return place
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
