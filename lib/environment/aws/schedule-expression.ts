import { parseDuration } from '../../../registry-app/src/config/duration.ts'

const minute = 60_000
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']

/**
 * A schedule in the words of EventBridge Scheduler, which has six fields for a cron line, counts the days of the week from one, and wants one of both kinds of days left open.
 *
 * @param schedule an interval in whole minutes, or a cron line of five fields
 * @returns `undefined` for a line that it cannot say
 */
export function scheduleExpression(schedule: string): string | undefined {
  const interval = parseDuration(schedule)
  if (interval !== undefined) return `rate(${interval / minute} ${interval === minute ? 'minute' : 'minutes'})`
  const [minutes, hours, dayOfMonth = '', month, dayOfWeek = ''] = schedule.trim().split(/\s+/)
  const line = (ofMonth: string, ofWeek: string) => `cron(${minutes} ${hours} ${ofMonth} ${month} ${ofWeek} *)`
  if (dayOfWeek === '*') return line(dayOfMonth, '?')
  if (dayOfMonth !== '*' || /[/#]/.test(dayOfWeek)) return undefined
  return line(
    '?',
    dayOfWeek.toUpperCase().replaceAll(/\d/g, digit => days[Number(digit)] ?? digit),
  )
}
