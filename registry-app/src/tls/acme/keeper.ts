import type { SecureContextOptions } from 'node:tls'
import type { Log } from '../../ops/log.ts'
import type { HeldLease, Lease } from '../../storage/lease.ts'
import { SealError } from '../../storage/seal.ts'
import { type Certificate, CertificateError } from '../certificates.ts'
import { loadCertificate } from '../load-certificate.ts'
import type { Authority } from './authority-port.ts'
import { explain } from './explain.ts'
import { obtain } from './obtain.ts'
import { AcmeProblem, ChallengeFailed, type ChallengeType } from './problem.ts'
import type { Proofs } from './proofs.ts'
import { challengeFor, pauseAfter, pauseAfterSuccess, planRenewal, type RenewalPlan, usualRenewal } from './renewal.ts'
import type { AcmeStore } from './store.ts'

export interface KeeperOptions {
  readonly hosts: readonly string[]
  readonly challenges: readonly ChallengeType[]
  readonly email: string | undefined
  /** The authority's, for the log. */
  readonly directoryUrl: string
  readonly store: AcmeStore
  readonly lease: Lease
  readonly proofs: Proofs
  /** Opened when it is needed for the first time. */
  readonly authority: () => Promise<Authority>
  /** What every connection is held to. */
  readonly context: SecureContextOptions
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: () => number
  readonly signal: AbortSignal
}

/** Keeps a certificate for each host: looks what others stored, and orders what nobody has. */
export interface Keeper {
  readonly held: ReadonlyMap<string, Certificate>
  /** Why there is none yet, by host. */
  readonly waiting: ReadonlyMap<string, string>
  /** Takes over what is stored. */
  look(): Promise<void>
  /** Never throws. @returns milliseconds until the next round should be */
  round(): Promise<number>
}

const week = 7 * 24 * 3_600_000

/** How often the store is looked at for what other replicas did, and how often while one of them is at it. Milliseconds. */
const pace = { usual: 30_000, waiting: 5000, shortest: 1000 }

export function createKeeper(options: KeeperOptions): Keeper {
  const { hosts, store, lease, log, now, random, signal } = options
  const held = new Map<string, Certificate>()
  const versions = new Map<string, string>()
  const plans = new Map<string, RenewalPlan>()
  const nextTries = new Map<string, number>()
  const waiting = new Map(hosts.map(host => [host, 'none was ordered yet']))

  const usual = (certificate: Certificate) => ({ at: usualRenewal(certificate.facts, random), askAgain: 0, window: undefined })
  const isDue = (host: string) => now() >= (plans.get(host)?.at ?? 0) && now() >= (nextTries.get(host) ?? 0)

  const adopt = (host: string, certificate: Certificate) => {
    if (held.get(host)?.pair.cert === certificate.pair.cert) return
    held.set(host, certificate)
    plans.set(host, usual(certificate))
    nextTries.delete(host)
    waiting.delete(host)
    const { names, issuer, serial, notAfter } = certificate.facts
    log.info('a certificate is served', { names: names.join(' '), issuer, serial, notafter: notAfter.toISOString() })
  }

  const complain = (host: string, reason: string) => {
    if (!held.has(host)) waiting.set(host, reason)
    log.error(`no ${held.has(host) ? 'new ' : ''}certificate for ${host}: ${reason}`)
  }

  async function look(): Promise<void> {
    const found = await store.versions()
    for (const host of hosts) {
      const version = found.get(host)
      if (version === versions.get(host)) continue
      // Until now it may have been one that cannot be opened.
      if (version === undefined) versions.delete(host)
      else versions.set(host, version)
      nextTries.delete(host)
      if (version !== undefined) await take(host)
    }
  }

  async function take(host: string): Promise<void> {
    try {
      const pair = await store.certificate(host)
      if (pair) adopt(host, loadCertificate(pair, options.context))
    } catch (error) {
      if (!(error instanceof SealError || error instanceof CertificateError)) {
        versions.delete(host)
        throw error
      }
      complain(host, explain(error, host))
      // Nobody replaces what he cannot read: two with different secrets would order in turns.
      nextTries.set(host, Number.POSITIVE_INFINITY)
    }
  }

  async function askWhenToRenew(): Promise<void> {
    for (const [host, certificate] of held) {
      const previous = plans.get(host) ?? usual(certificate)
      if (previous.askAgain > now()) continue
      try {
        const plan = await planRenewal(await options.authority(), certificate, previous, { now: now(), random })
        plans.set(host, plan)
        if (plan.window === undefined || plan.at === previous.at) continue
        log.info('the certificate authority said when to renew', { host, at: new Date(plan.at).toISOString(), page: plan.explanation })
      } catch (error) {
        signal.throwIfAborted()
        plans.set(host, { ...previous, askAgain: now() + 3_600_000 })
        log.warn('the certificate authority did not say when to renew', { host, reason: explain(error, host) })
      }
    }
  }

  /** What others tried, and this process before it was started anew, counts as tried. */
  async function learnAttempts(): Promise<string[]> {
    for (const host of hosts.filter(isDue)) {
      const attempt = await store.attempt(host)
      if (!attempt || attempt.nextTry <= now()) continue
      nextTries.set(host, attempt.nextTry)
      if (!held.has(host) && attempt.failures > 0) waiting.set(host, attempt.reason)
    }
    return hosts.filter(isDue)
  }

  async function order(host: string, { lost }: HeldLease): Promise<void> {
    const failures = (await store.attempt(host))?.failures ?? 0
    const challenge = challengeFor(options.challenges, failures)
    const old = held.get(host)
    if (!old) waiting.set(host, 'it is being ordered')
    log.info(old ? 'renewing a certificate' : 'ordering a certificate', { host, challenge, authority: options.directoryUrl })
    try {
      lost.throwIfAborted()
      const authority = await options.authority()
      const pair = await obtain({ ...options, authority }, { host, challenge, replaces: old?.pair.cert })
      const certificate = loadCertificate(pair, options.context)
      adopt(host, certificate)
      const nextTry = now() + pauseAfterSuccess(certificate.facts)
      nextTries.set(host, nextTry)
      await store.saveAttempt(host, { failures: 0, nextTry, reason: '' })
    } catch (error) {
      signal.throwIfAborted()
      const nextTry = now() + Math.max(pauseAfter(failures + 1, random), askedPause(error))
      const reason = `${explain(error, host)}; the next try is at ${new Date(nextTry).toISOString()}`
      nextTries.set(host, nextTry)
      complain(host, reason)
      await store.saveAttempt(host, { failures: failures + 1, nextTry, reason })
    }
  }

  /** @returns whether this process was the one to do it */
  async function orderDue(): Promise<boolean> {
    const mine = await lease.take(signal)
    if (!mine) {
      for (const host of hosts.filter(isDue)) if (!held.has(host)) waiting.set(host, 'another replica is ordering it')
      return false
    }
    try {
      // Whoever had it before may have done it all.
      await look()
      for (const host of await learnAttempts()) await order(host, mine)
    } finally {
      await mine.release()
    }
    return true
  }

  async function round(): Promise<number> {
    await look()
    await askWhenToRenew()
    const waits = (await learnAttempts()).length > 0 && !(await orderDue())
    const next = hosts.map(host => Math.max(plans.get(host)?.at ?? 0, nextTries.get(host) ?? 0) - now())
    return Math.max(pace.shortest, Math.min(waits ? pace.waiting : pace.usual, ...next.filter(milliseconds => milliseconds > 0)))
  }

  return {
    held,
    waiting,
    look,
    async round() {
      try {
        return await round()
      } catch (error) {
        if (!signal.aborted) log.error('looking after the certificates failed; it is tried again', { error })
        return pace.usual
      }
    },
  }
}

/** A refusal may say for how long it stands: a week at most, the time that Let's Encrypt's limits look back. Milliseconds. */
function askedPause(error: unknown): number {
  const problem = error instanceof ChallengeFailed ? error.problem : error
  if (!(problem instanceof AcmeProblem)) return 0
  return Math.min(week, problem.retryAfter ?? (problem.type === 'rateLimited' ? 3_600_000 : 0))
}
