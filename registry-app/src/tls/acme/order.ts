import type { Client, CryptoInterface, Order } from 'acme-client'
import type { OrderRequest } from './authority-port.ts'
import { certificateId } from './certificate-id.ts'
import { AcmeProblem, ChallengeFailed, isRecord } from './problem.ts'

export interface OrderTools {
  readonly client: Client
  readonly crypto: CryptoInterface
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  readonly signal: AbortSignal
  /** Milliseconds, as the last answer said. */
  readonly serverWantsToWait: () => number | undefined
}

/** How long an authority may take for one step, in looks at it, and how long it is left alone between them. */
const looks = 60
const pace = { first: 500, longest: 10_000, asked: 60_000 }

/** One order from its beginning to the certificate (RFC 8555, section 7.4). The library's own way through it knows no Retry-After and no end. */
export async function placeOrder(tools: OrderTools, request: OrderRequest): Promise<string> {
  const { client, crypto } = tools
  const order = await begin(client, request)
  for (const authorization of await client.getAuthorizations(order)) {
    if (authorization.status === 'valid') continue
    const challenge = authorization.challenges.find(({ type }) => type === request.challenge)
    if (!challenge) {
      const offered = authorization.challenges.map(({ type }) => type).join(', ')
      throw new Error(`the certificate authority offers no ${request.challenge} for ${request.host}, only ${offered || 'nothing'}`)
    }
    const { token } = challenge
    if (!/^[\w-]{16,256}$/.test(token)) throw new Error('the certificate authority gave a token that is none')
    const keyAuthorization = await client.getChallengeKeyAuthorization(challenge)
    await request.prove({ host: request.host, type: request.challenge, token, keyAuthorization })
    await client.completeChallenge(challenge)
    await until(tools, 'looking at the proof', async () => {
      const found = (await client.getAuthorizations({ ...order, authorizations: [authorization.url] }))[0]
      if (found?.status === 'pending') return undefined
      if (found?.status === 'valid') return found
      const refused = found?.challenges.find(({ type }) => type === request.challenge)
      throw new ChallengeFailed(request.challenge, problemOf(refused && 'error' in refused ? refused.error : undefined))
    })
  }

  const ready = await settled(tools, order, ['ready', 'valid'], 'the order')
  if (ready.status === 'ready') {
    const [, csr] = await crypto.createCsr({ commonName: commonName(request.host), altNames: [request.host] }, request.key)
    await client.finalizeOrder(ready, csr)
  }
  return client.getCertificate(await settled(tools, order, ['valid'], 'the certificate'))
}

/** X.520 allows no more than 64 letters; whoever checks a name reads the alternative names. */
const commonName = (host: string) => (host.length <= 64 ? host : '')

/** An authority may not know what is replaced (it was another account's), or have it replaced already: that is no reason to go without. */
async function begin(client: Client, { host, replaces }: OrderRequest): Promise<Order> {
  const wanted = { identifiers: [{ type: 'dns', value: host }] }
  const id = replaces === undefined ? undefined : certificateId(replaces)
  if (id === undefined) return client.createOrder(wanted)
  const replacing = { ...wanted, replaces: id }
  try {
    return await client.createOrder(replacing)
  } catch (error) {
    if (!(error instanceof AcmeProblem) || error.type === 'rateLimited') throw error
    return client.createOrder(wanted)
  }
}

function settled(tools: OrderTools, order: Order, wanted: readonly Order['status'][], what: string): Promise<Order> {
  return until(tools, what, async () => {
    const found = await tools.client.getOrder(order)
    if (wanted.includes(found.status)) return found
    if (found.status === 'invalid') throw problemOf(found.error)
    return undefined
  })
}

async function until<Found>({ sleep, signal, serverWantsToWait }: OrderTools, what: string, look: () => Promise<Found | undefined>) {
  for (let count = 0; count < looks; count += 1) {
    const found = await look()
    if (found !== undefined) return found
    const ours = Math.min(pace.longest, pace.first * 2 ** count)
    await sleep(Math.min(pace.asked, Math.max(ours, serverWantsToWait() ?? 0)), signal)
  }
  throw new Error(`the certificate authority took too long for ${what}`)
}

const problemOf = (document: unknown) => new AcmeProblem(isRecord(document) ? document : { detail: 'it gave no reason' })
