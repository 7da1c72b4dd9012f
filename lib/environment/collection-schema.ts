import { Cron } from 'croner'
import { z } from 'zod'
import { parseDuration } from '../../registry-app/src/config/duration.ts'
import { choice } from './values.ts'

const allowed = 'an interval from 1m to 31 days such as 24h, or a cron line of five fields in UTC such as 0 3 * * *'
const minute = 60_000

function isSchedule(written: string): boolean {
  const interval = parseDuration(written)
  if (interval !== undefined) return interval >= minute && interval <= 31 * 24 * 60 * minute && interval % minute === 0
  try {
    return written.trim().split(/\s+/).length === 5 && new Cron(written, { paused: true, timezone: 'UTC' }).nextRun() !== null
  } catch {
    return false
  }
}

/** Who collects garbage, and when. Absent: what the file's `registry` section says, which is nobody where it says nothing. */
export const collection = z
  .strictObject({
    run: choice('inside', 'job').default('inside').meta({
      description:
        'Given at all, `collection` has garbage deleted, the bytes that nobody refers to any more: by one of the processes that serve (`inside`), or by one of its own (`job`), on Fargate a task that a schedule starts, on a Docker engine a container or service that serves nobody. [Which of them](garbage-collection.md#who-does-it).',
    }),
    schedule: z
      .string({ error: `must be ${allowed}` })
      .refine(isSchedule, { error: `must be ${allowed}` })
      .default('24h')
      .meta({ description: 'How often. With `run: job` on Fargate, a cron line names days of the month or days of the week, not both.' }),
  })
  .optional()
