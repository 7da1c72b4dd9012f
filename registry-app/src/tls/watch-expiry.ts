import type { Log } from '../ops/log.ts'
import type { Certificates } from './certificates.ts'
import { daysLeft, expiryWarnings } from './expiry.ts'

const hour = 3_600_000

/** Below so many days it is said once more, and below the last of them every day. */
const steps = [30, 14, 7]

/** Says in the log how long the certificates are valid: at the start, and when it becomes urgent. @returns what ends it */
export function watchExpiry(certificates: Certificates, log: Log, now: () => Date): () => void {
  /** The serial numbers, and how urgent each was when it was last spoken of. */
  let said = new Map<string, string>()

  for (const facts of certificates.all()) {
    log.info('a certificate is served', { names: facts.names.join(' '), issuer: facts.issuer, days: daysLeft(facts, now()) })
  }
  const look = () => {
    const spoken = new Map<string, string>()
    for (const facts of certificates.all()) {
      const urgency = urgencyOf(daysLeft(facts, now()))
      spoken.set(facts.serial, urgency)
      if (said.get(facts.serial) === urgency) continue
      for (const warning of expiryWarnings([facts], now())) log.warn(warning)
    }
    said = spoken
  }
  look()
  const timer = setInterval(look, hour)
  timer.unref()
  return () => clearInterval(timer)
}

function urgencyOf(days: number): string {
  const last = steps.at(-1) ?? 0
  if (days < last) return `day ${days}`
  return `below ${steps.findLast(step => days < step) ?? 'none'}`
}
