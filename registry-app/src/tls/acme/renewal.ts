import type { Certificate } from '../certificates.ts'
import type { Authority, RenewalInfo } from './authority-port.ts'
import type { ChallengeType } from './problem.ts'

/** When a third of its lifetime is left, and up to a tenth of that third earlier: certificates that were made together do not end together. */
export function usualRenewal({ notBefore, notAfter }: Pick<Certificate['facts'], 'notBefore' | 'notAfter'>, random: () => number): number {
  const third = (notAfter.getTime() - notBefore.getTime()) / 3
  return notAfter.getTime() - third * (1 + random() / 10)
}

/** When a certificate is to be renewed: what the authority would like (RFC 9773, section 4.2), and else the usual time. */
export interface RenewalPlan {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds since 1970: the authority is asked again. */
  readonly askAgain: number
  readonly window: Pick<RenewalInfo, 'start' | 'end'> | undefined
  readonly explanation?: string | undefined
}

const hour = 3_600_000
/** RFC 9773, section 4.3.2: however short the time that the authority names, and however long. */
const asking = { soonest: 60_000, usually: 6 * hour, latest: 24 * hour }

export async function planRenewal(
  authority: Authority,
  certificate: Certificate,
  previous: RenewalPlan | undefined,
  { now, random }: { now: number; random: () => number },
): Promise<RenewalPlan> {
  const usual = () => (previous && !previous.window ? previous.at : usualRenewal(certificate.facts, random))
  const info = await authority.renewalInfo(certificate.pair.cert)
  if (!info) return { at: usual(), askAgain: now + asking.usually, window: undefined }
  const { start, retryAfter = asking.usually, explanation } = info
  // Whatever it says, not so late that one failure would be one too many.
  const { notBefore, notAfter } = certificate.facts
  const end = Math.min(info.end, notAfter.getTime() - (notAfter.getTime() - notBefore.getTime()) / 20)
  const same = previous?.window?.start === start && previous.window.end === end
  return {
    // The same window again: the moment that was chosen stays, or it would move away for ever.
    at: same ? previous.at : start + random() * Math.max(0, end - start),
    askAgain: now + Math.min(asking.latest, Math.max(asking.soonest, retryAfter)),
    window: { start, end },
    explanation,
  }
}

const minute = 60_000
/** Within what Let's Encrypt allows, five failures for a name at once and one more each twelve minutes; and with nobody to mend it, once in three hours. */
const pauses = [1, 4, 15, 15, 15, 30, 60, 180].map(minutes => minutes * minute)

/** Milliseconds to wait after the `count`-th failure in a row; never less, since replicas must not add up. */
export const pauseAfter = (count: number, random: () => number): number =>
  (pauses[Math.min(count, pauses.length) - 1] ?? minute) * (1 + random() / 10)

/** However soon a new certificate seems to be due (a clock that is wrong, an authority that confuses it): it is not ordered again before. Milliseconds. */
export const pauseAfterSuccess = ({ notBefore, notAfter }: Certificate['facts']): number =>
  Math.min(12 * hour, (notAfter.getTime() - notBefore.getTime()) / 3)

/** After a failure the other way is tried: it may be that only one port is reachable. */
export const challengeFor = (challenges: readonly ChallengeType[], failures: number): ChallengeType =>
  challenges[failures % challenges.length] ?? 'http-01'
