import type { CertificateFacts, Certificates } from './certificates.ts'

const day = 24 * 3_600_000

/** From so many days on a person is warned, the more often the fewer are left. */
const warningDays = 30

/** Whole days until it expires; negative once it has. */
export const daysLeft = ({ notAfter }: CertificateFacts, now: Date): number => Math.floor((notAfter.getTime() - now.getTime()) / day)

/** What is wrong with them, or soon will be, and which are not there yet: a sentence each. */
export function certificateWarnings(certificates: Certificates | undefined, now: Date): string[] {
  if (!certificates) return []
  const waiting = [...(certificates.waiting?.() ?? [])].map(([host, reason]) => `waiting for a certificate for ${host}: ${reason}`)
  return [...waiting, ...expiryWarnings(certificates.all(), now)]
}

/** A sentence for each certificate that will soon expire, has, or is not valid yet. */
export function expiryWarnings(certificates: readonly CertificateFacts[], now: Date): string[] {
  return certificates.flatMap(facts => expiryWarning(facts, now) ?? [])
}

function expiryWarning(facts: CertificateFacts, now: Date): string | undefined {
  const which = `the certificate for ${facts.names.join(', ') || 'no name'}`
  if (now < facts.notBefore) return `${which} is not valid before ${facts.notBefore.toISOString()}: clients refuse it; is the clock right?`
  const days = daysLeft(facts, now)
  if (days < 0) return `${which} expired at ${facts.notAfter.toISOString()}: clients refuse it`
  // One that lasts six days, as some authorities give, is not urgent all its life.
  const lifetime = facts.notAfter.getTime() - facts.notBefore.getTime()
  if (days >= warningDays || facts.notAfter.getTime() - now.getTime() > lifetime / 3) return undefined
  return `${which} expires in ${days === 1 ? 'one day' : `${days} days`}, at ${facts.notAfter.toISOString()}`
}
