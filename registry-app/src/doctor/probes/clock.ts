import { dateField, field } from '../../s3/answer-fields.ts'
import { good, lacking, type Probe } from '../probe.ts'

/** Signatures carry the time. AWS, and everybody who follows it, refuses those that are more than 15 minutes off (`RequestTimeTooSkewed`). */
const limit = 15 * 60

export const clock: Probe = {
  name: 'clock',
  first: true,
  async ask({ origin, web, now }) {
    // The first request also waits for a connection.
    await web.request(origin)
    const before = now()
    const { status, headers } = await web.request(origin)
    const date = dateField(headers, 'date')
    const server = field(headers, 'server')
    const who = `it answers HTTP ${status}${server === undefined ? '' : ` as ${server}`}`
    const facts = server === undefined ? {} : { server }
    if (date === undefined) return lacking(`${who}, and does not say what time it is`, facts)

    // It has whole seconds, rounded down; half the way there and back has passed.
    const here = (before.getTime() + now().getTime()) / 2
    const skew = Math.round((here - date.getTime() - 500) / 1000)
    const apart = `the clocks are ${Math.abs(skew)} s apart`
    // The registry's own client follows the store's clock; a presigned URL's time, and everybody else's signatures, do not.
    if (Math.abs(skew) > limit) return lacking(`${apart}: whoever signs by this machine's is refused; set it`, facts)
    if (Math.abs(skew) > 30) return lacking(`${apart}: set this machine's clock, or signatures will be refused one day`, facts)
    return good(`${who}, ${Math.abs(skew) <= 1 ? 'and the clocks agree' : apart}`, facts)
  },
}
