import { singleFlight } from '../concurrency/single-flight.ts'
import type { Credentials, CredentialsProvider } from './credentials.ts'

/** New ones are fetched this long before the old ones end, so that neither a request nor a presigned URL meets the end. */
const early = 5 * 60_000

/** After a try that gave nothing better, the next one. */
const pause = 30_000

/**
 * Keeps credentials, and renews them before they end: in the background while the old ones still work, by one request for all who ask.
 *
 * @param load fetches new ones
 */
export function refreshedCredentials(load: CredentialsProvider, now: () => Date): CredentialsProvider {
  let current: Credentials | undefined
  let nextTry = 0
  const renew = singleFlight(async () => {
    current = await load()
    return current
  })

  return async () => {
    const time = now().getTime()
    const end = current?.expiration?.getTime() ?? Number.POSITIVE_INFINITY
    if (!current || end <= time) return renew()
    if (end - early <= time && nextTry <= time) {
      nextTry = time + pause
      // What goes wrong is tried again, and told when the old ones have ended.
      renew().catch(() => {})
    }
    return current
  }
}
