import type { Log } from '../../ops/log.ts'
import type { PemPair } from '../certificates.ts'
import type { Account, Authority } from './authority-port.ts'
import { AcmeProblem, type ChallengeType } from './problem.ts'
import type { Proofs } from './proofs.ts'
import type { AcmeStore } from './store.ts'

export interface ObtainOptions {
  readonly authority: Authority
  readonly store: AcmeStore
  readonly proofs: Proofs
  readonly email: string | undefined
  readonly log: Log
}

export interface Wanted {
  readonly host: string
  readonly challenge: ChallengeType
  /** The certificate that is renewed, in PEM. */
  readonly replaces: string | undefined
}

/** Orders one certificate and stores it. Only who has the lease may call it. @returns what was stored */
export async function obtain(options: ObtainOptions, wanted: Wanted): Promise<PemPair> {
  const { authority, store, proofs } = options
  const key = await authority.newKey()
  const account = await openAccount(options)
  const request = { ...wanted, key, prove: proofs.publish }
  try {
    const cert = await orderOrRegisterAnew(options, account, next => authority.order(next, request))
    const pair = { cert, key }
    await store.saveCertificate(wanted.host, pair)
    return pair
  } finally {
    await proofs.withdraw()
  }
}

async function openAccount({ authority, store, email, log }: ObtainOptions): Promise<Account> {
  const stored = await store.account()
  if (!stored) return register({ authority, store, email, log }, await authority.newKey())
  if (stored.email !== email) {
    await authority.changeEmail(stored, email)
    await store.saveAccount({ ...stored, email })
  }
  return stored
}

async function register({ authority, store, email, log }: Omit<ObtainOptions, 'proofs'>, key: string): Promise<Account> {
  const account = await authority.register(key, email)
  await store.saveAccount({ ...account, email })
  log.info('registered at the certificate authority, whose terms of service are agreed to by that', { account: account.url })
  return account
}

/**
 * An account that the authority forgot is made again with its key; one that was deactivated cannot come back (RFC 8555, section 7.3.6), so there is
 * a new one, once.
 */
async function orderOrRegisterAnew(
  options: ObtainOptions,
  account: Account,
  order: (account: Account) => Promise<string>,
): Promise<string> {
  try {
    return await order(account)
  } catch (error) {
    if (!(error instanceof AcmeProblem) || !lost.has(error.type)) throw error
    const { log, authority } = options
    log.warn('the certificate authority does not take the account any more, a new one is made', {
      account: account.url,
      reason: error.message,
    })
    return order(await register(options, error.type === 'unauthorized' ? await authority.newKey() : account.key))
  }
}

/** RFC 8555, sections 6.2 and 7.3.6. A challenge that failed is an error of another kind. */
const lost: ReadonlySet<string> = new Set(['accountDoesNotExist', 'unauthorized'])
