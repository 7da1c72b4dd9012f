import type { ReadyCheck } from '../ops/readiness.ts'
import type { Certificates } from '../tls/certificates.ts'
import { certificateWarnings } from '../tls/expiry.ts'

/** There is a certificate to show. What will soon be wrong with it is a warning; that there is none yet keeps everybody out. */
export const certificateReady = (certificates: Certificates, now: () => Date): ReadyCheck => ({
  name: 'certificate',
  look() {
    const sentences = certificateWarnings(certificates, now())
    const detail = sentences.join('; ')
    if (certificates.all().length === 0) return { state: 'failed', detail: detail || 'there is none yet' }
    return sentences.length === 0 ? { state: 'ok' } : { state: 'warning', detail }
  },
})
