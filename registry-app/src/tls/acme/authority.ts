import type { Account, Authority, OrderRequest, RenewalInfo } from './authority-port.ts'
import { certificateId } from './certificate-id.ts'
import { createExchange } from './exchange.ts'
import { loadLibrary } from './library.ts'
import { placeOrder } from './order.ts'
import { isRecord } from './problem.ts'

export interface AuthorityOptions {
  readonly directoryUrl: string
  /** External account binding (RFC 8555, section 7.3.4). */
  readonly eab: { readonly kid: string; readonly hmackey: string } | undefined
  readonly ca: string | undefined
  readonly userAgent: string
  readonly now: () => Date
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  readonly signal: AbortSignal
}

/** A certificate authority that speaks ACME. */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { directoryUrl, eab, sleep, signal } = options
  let wait: number | undefined
  const plain = createExchange(options)
  const exchange: typeof plain = async request => {
    const answer = await plain(request)
    wait = answer.retryAfter
    return answer
  }
  const { Client, crypto } = await loadLibrary(exchange)

  const clientOf = ({ key, url }: Omit<Account, 'url'> & { url?: string }) =>
    new Client({
      directoryUrl,
      accountKey: key,
      ...(url !== undefined && { accountUrl: url }),
      ...(eab && { externalAccountBinding: { kid: eab.kid, hmacKey: eab.hmackey } }),
    })

  const get = async (url: string): Promise<unknown> => JSON.parse((await plain({ url, method: 'GET', headers: {}, body: undefined })).data)

  return {
    async register(key, email) {
      const client = clientOf({ key })
      await client.createAccount({ termsOfServiceAgreed: true, contact: contactOf(email) })
      return { key, url: client.getAccountUrl() }
    },

    newKey: async () => (await crypto.createPrivateEcdsaKey('P-256')).toString(),

    async changeEmail(account, email) {
      await clientOf(account).updateAccount({ contact: contactOf(email) })
    },

    order: (account: Account, request: OrderRequest) =>
      placeOrder({ client: clientOf(account), crypto, sleep, signal, serverWantsToWait: () => wait }, request),

    async renewalInfo(pem) {
      const directory = await get(directoryUrl)
      const id = certificateId(pem)
      if (!isRecord(directory) || typeof directory.renewalInfo !== 'string' || id === undefined) return undefined
      const url = `${directory.renewalInfo.replace(/\/$/, '')}/${id}`
      const { data, retryAfter } = await plain({ url, method: 'GET', headers: {}, body: undefined })
      return renewalInfoOf(JSON.parse(data), retryAfter)
    },

    async proofFor(host, keyAuthorization) {
      const key = await crypto.createPrivateEcdsaKey('P-256')
      const authorization = { identifier: { type: 'dns', value: host }, status: 'pending' as const, challenges: [], url: '' }
      const [, cert] = await crypto.createAlpnCertificate(authorization, keyAuthorization, key)
      return { cert: cert.toString(), key: key.toString() }
    },
  }
}

const contactOf = (email: string | undefined) => (email === undefined ? [] : [`mailto:${email}`])

/** RFC 9773, section 4.2. A window that ends before it begins is none. */
function renewalInfoOf(document: unknown, retryAfter: number | undefined): RenewalInfo | undefined {
  if (!isRecord(document) || !isRecord(document.suggestedWindow)) return undefined
  const [start, end] = [document.suggestedWindow.start, document.suggestedWindow.end].map(each => Date.parse(String(each)))
  if (start === undefined || end === undefined || !(start < end)) return undefined
  const { explanationURL } = document
  return { start, end, retryAfter, explanation: typeof explanationURL === 'string' ? explanationURL : undefined }
}
