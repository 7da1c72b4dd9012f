import { Cron } from 'croner'
import { parseDuration } from '../duration.ts'
import { text } from './kinds.ts'

/** When something is done again and again: an interval, or a cron line. Shorter intervals than a second are a mistake. */
export const schedule = () =>
  text().check(({ value, issues }) => {
    const interval = parseDuration(value)
    if (interval === undefined ? isCronLine(value) : interval >= 1000) return
    const message = 'must be an interval of a second at least, such as 24h, or a cron line of five fields in UTC, such as 0 3 * * *'
    issues.push({ code: 'custom', input: value, message })
  })

function isCronLine(line: string): boolean {
  try {
    return line.trim().split(/\s+/).length === 5 && new Cron(line, { paused: true, timezone: 'UTC' }).nextRun() !== null
  } catch {
    return false
  }
}
