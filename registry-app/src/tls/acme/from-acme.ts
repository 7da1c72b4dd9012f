import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import type { Log } from '../../ops/log.ts'
import type { StorageDriver } from '../../storage/driver.ts'
import { createLease } from '../../storage/lease.ts'
import { createSeal } from '../../storage/seal.ts'
import type { Certificates } from '../certificates.ts'
import { openAuthority } from './authority.ts'
import type { Authority } from './authority-port.ts'
import { createKeeper } from './keeper.ts'
import type { ChallengeType } from './problem.ts'
import { createProofs } from './proofs.ts'
import { acmeStore } from './store.ts'

export interface AcmeOptions {
  /** `http.tls.letsencrypt`. */
  readonly settings: {
    readonly hosts: readonly string[]
    readonly email: string | undefined
    readonly directoryurl: string
    readonly eab: { readonly kid: string; readonly hmackey: string } | undefined
  }
  /** In the order in which they are tried. */
  readonly challenges: readonly ChallengeType[]
  /** PEM of authorities that are trusted besides the usual ones, to speak to this one. */
  readonly ca: string | undefined
  /** Where certificates, keys and leases are kept, below `folder`, which ends with a slash or is empty. */
  readonly driver: StorageDriver
  readonly folder: string
  /** Seals private keys; absent: they are kept as they are. */
  readonly secret: string | undefined
  /** What every connection is held to (`tls-options.ts`). */
  readonly context: SecureContextOptions
  readonly userAgent: string
  readonly log: Log
  /** Of this process, and of no other one. */
  readonly processName: string
  readonly now: () => Date
  /** Milliseconds, of this process alone. */
  readonly clock: () => number
  readonly random: () => number
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

export interface AcmeCertificates extends Certificates {
  /** Begins to order and renew: once the authority, which will ask, can be answered. */
  start(): void
  /** The answer to `/.well-known/acme-challenge/<token>`. */
  answer(token: string): Promise<string | undefined>
}

/** Certificates from an authority that speaks ACME (RFC 8555), such as Let's Encrypt. What was stored before is served at once. */
export async function certificatesFromAcme(options: AcmeOptions): Promise<AcmeCertificates> {
  const { settings, driver, now, clock, sleep, log } = options
  const { hosts, directoryurl: directoryUrl } = settings
  const ending = new AbortController()
  const { signal } = ending
  const store = acmeStore(driver, options.folder, directoryUrl, createSeal(options.secret, 'acme private keys'))
  const proofs = createProofs({ store, sleep, signal, clock })
  const lease = createLease({ driver, folder: store.leaseFolder, name: options.processName, sleep, clock })

  let opened: Promise<Authority> | undefined
  const authority = () => {
    opened ??= openAuthority({ ...options, directoryUrl, eab: settings.eab, signal })
    return opened
  }
  const keeper = createKeeper({
    ...options,
    hosts,
    email: settings.email,
    directoryUrl,
    store,
    lease,
    proofs,
    authority,
    now: () => now().getTime(),
    signal,
  })
  await keeper.look()

  const contexts = new Map<string, { keyAuthorization: string; context: SecureContext }>()
  async function acmeContext(serverName: string): Promise<SecureContext | undefined> {
    const host = hosts.find(each => each === serverName.toLowerCase())
    const proof = host && (await proofs.forHost(host))
    if (!proof) return undefined
    const made = contexts.get(host)
    if (made?.keyAuthorization === proof.keyAuthorization) return made.context
    try {
      const context = createSecureContext(await (await authority()).proofFor(host, proof.keyAuthorization))
      contexts.set(host, { keyAuthorization: proof.keyAuthorization, context })
      return context
    } catch (error) {
      log.error('the proof that the certificate authority asks for cannot be made', { host, error })
      return undefined
    }
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      const pause = await keeper.round()
      await sleep(pause, signal).catch(() => {})
    }
  }

  return {
    find: serverName => keeper.held.get(serverName?.toLowerCase() ?? hosts[0] ?? ''),
    acmeContext,
    all: () => [...keeper.held.values()].map(({ facts }) => facts),
    waiting: () => keeper.waiting,
    reload: () => keeper.look().catch(error => log.error('the certificates cannot be looked for', { error })),
    start: () => void keep(),
    stop: () => ending.abort(new Error('the registry is stopping')),
    answer: async token => (/^[\w-]{16,256}$/.test(token) ? (await proofs.forToken(token))?.keyAuthorization : undefined),
  }
}
