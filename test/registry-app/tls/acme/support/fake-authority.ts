import type { Account, Authority, OrderRequest, RenewalInfo } from '../../../../../registry-app/src/tls/acme/authority-port.ts'
import { first, second } from '../../support/certificates.ts'

export interface FakeAuthority extends Authority {
  readonly orders: (OrderRequest & { account: string })[]
  readonly accounts: string[]
}

interface Behaviour {
  /** What goes wrong with an order; nothing: it is fulfilled. */
  refuse?: (account: Account, request: OrderRequest) => Error | undefined
  renewalInfo?: RenewalInfo | undefined
  /** To be done while an order is under way. */
  meanwhile?: (request: OrderRequest) => Promise<void>
}

/** An authority that gives two certificates, in turns, whatever it is asked for. */
export function fakeAuthority({ refuse, renewalInfo, meanwhile }: Behaviour = {}): FakeAuthority {
  const orders: FakeAuthority['orders'] = []
  const accounts: string[] = []
  let fulfilled = 0
  const next = () => (fulfilled % 2 === 0 ? first : second)
  return {
    orders,
    accounts,
    newKey: async () => next().key,
    async register(key) {
      accounts.push(`https://authority.test/account/${accounts.length + 1}`)
      return { key, url: accounts.at(-1) ?? '' }
    },
    changeEmail: async () => {},
    async order(account, request) {
      orders.push({ ...request, account: account.url })
      const { host, challenge: type } = request
      await request.prove({ host, type, token: 'a-token-of-some-length', keyAuthorization: 'a-token-of-some-length.thumb' })
      await meanwhile?.(request)
      const refusal = refuse?.(account, request)
      if (refusal) throw refusal
      const { cert } = next()
      fulfilled += 1
      return cert
    },
    renewalInfo: async () => renewalInfo,
    proofFor: async () => first,
  }
}
