import { createHash } from 'node:crypto'
import type { StorageDriver } from '../../storage/driver.ts'
import type { Seal } from '../../storage/seal.ts'
import type { PemPair } from '../certificates.ts'
import type { Account, Proof } from './authority-port.ts'
import { challengeTypes, isRecord } from './problem.ts'

/*
 * What replicas share, and what outlives a host, below `<folder>/<authority>/`: the staging server's certificates are never taken for real ones.
 *
 *   account                    the account's address and its key (sealed)
 *   certificates/<host>        certificate, chain and key (sealed) in one object: they change together
 *   attempts/<host>            when it may be ordered again; how often that failed, and why
 *   proofs                     what the authority may ask any replica for, while an order runs
 *   lease/…                    who may order (`lease.ts`)
 */
export interface AcmeStore {
  account(): Promise<StoredAccount | undefined>
  saveAccount(account: StoredAccount): Promise<void>
  /** Hosts, with what changes when their certificate does. One request. */
  versions(): Promise<ReadonlyMap<string, string>>
  /** @throws SealError */
  certificate(host: string): Promise<PemPair | undefined>
  saveCertificate(host: string, pair: PemPair): Promise<void>
  attempt(host: string): Promise<Attempt | undefined>
  saveAttempt(host: string, attempt: Attempt): Promise<void>
  proofs(): Promise<readonly Proof[]>
  saveProofs(proofs: readonly Proof[]): Promise<void>
  readonly leaseFolder: string
}

export interface StoredAccount extends Account {
  readonly email: string | undefined
}

/** The last time that a certificate was ordered: no replica and no restart makes the next time come sooner. */
export interface Attempt {
  /** In a row; none: there is a certificate. */
  readonly failures: number
  /** Milliseconds since 1970: not before that. */
  readonly nextTry: number
  /** Of the last failure. */
  readonly reason: string
}

const limit = 256 * 1024

/** @param folder ends with a slash */
export function acmeStore(driver: StorageDriver, folder: string, directoryUrl: string, seal: Seal): AcmeStore {
  const root = `${folder}${authorityName(directoryUrl)}/`
  const keys = {
    account: `${root}account`,
    proofs: `${root}proofs`,
    certificates: `${root}certificates/`,
    attempt: (host: string) => `${root}attempts/${host}`,
  }

  const read = async (key: string): Promise<Record<string, unknown> | undefined> => {
    const content = await driver.read(key, { limit })
    if (!content) return undefined
    try {
      const found: unknown = JSON.parse(Buffer.from(content).toString())
      if (isRecord(found)) return found
    } catch {
      // Said below, without what it holds.
    }
    throw new Error(`${key} holds something else than this registry writes there: delete it`)
  }
  const write = (key: string, content: object) => driver.put(key, Buffer.from(JSON.stringify(content, null, 1)))

  return {
    leaseFolder: `${root}lease/`,

    async account() {
      const found = await read(keys.account)
      if (typeof found?.url !== 'string' || typeof found.key !== 'string') return undefined
      return {
        url: found.url,
        key: seal.open(found.key, keys.account),
        email: typeof found.email === 'string' ? found.email : undefined,
      }
    },
    saveAccount: ({ url, key, email }) => write(keys.account, { url, email, key: seal.close(key, keys.account) }),

    async versions() {
      const found = new Map<string, string>()
      for await (const { objects } of driver.list(keys.certificates)) {
        for (const { key, size, modified } of objects) found.set(key.slice(keys.certificates.length), `${size} ${modified.getTime()}`)
      }
      return found
    },
    async certificate(host) {
      const key = keys.certificates + host
      const found = await read(key)
      if (typeof found?.certificate !== 'string' || typeof found.key !== 'string') return undefined
      return { cert: found.certificate, key: seal.open(found.key, key) }
    },
    saveCertificate: (host, { cert, key }) =>
      write(keys.certificates + host, { certificate: cert, key: seal.close(key, keys.certificates + host) }),

    async attempt(host) {
      const found = await read(keys.attempt(host))
      if (typeof found?.failures !== 'number' || typeof found.nextTry !== 'number') return undefined
      return { failures: found.failures, nextTry: found.nextTry, reason: String(found.reason) }
    },
    saveAttempt: (host, attempt) => write(keys.attempt(host), attempt),

    async proofs() {
      const found = await read(keys.proofs)
      return Array.isArray(found?.proofs) ? found.proofs.filter(isProof) : []
    },
    saveProofs: proofs => (proofs.length > 0 ? write(keys.proofs, { proofs }) : driver.delete([keys.proofs])),
  }
}

/** Readable in a bucket, and another one for another address. */
function authorityName(directoryUrl: string): string {
  const { hostname } = new URL(directoryUrl)
  return `${hostname.replace(/[^\w.-]/g, '_')}-${createHash('sha256').update(directoryUrl).digest('hex').slice(0, 8)}`
}

function isProof(value: unknown): value is Proof {
  if (!isRecord(value)) return false
  const { host, type, token, keyAuthorization } = value
  return [host, token, keyAuthorization].every(each => typeof each === 'string') && challengeTypes.some(each => each === type)
}
