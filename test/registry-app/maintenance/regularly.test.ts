import { expect, test } from 'vitest'
import { nextRun } from '../../../registry-app/src/maintenance/regularly.ts'

const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)

test.each<[schedule: string, last: string | undefined, next: string]>([
  ['6h', undefined, '12:00:30'],
  ['6h', '03:00:00', '09:00:00'],
  ['0 3 * * *', '02:59:00', '03:00:00'],
  ['*/15 * * * *', undefined, '12:15:00'],
])('by the schedule %s after %s comes %s', (schedule, last, next) => {
  expect(nextRun(schedule, last === undefined ? undefined : at(last), at('12:00:30'))).toBe(at(next))
})
