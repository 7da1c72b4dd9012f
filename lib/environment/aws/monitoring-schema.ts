import { z } from 'zod'
import { text } from '../values.ts'
import { arn } from './arn.ts'

/** What CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

function days(): string {
  return `must be one of ${retentions.join(', ')}`
}

/** Dashboard, alarms, and how long logs are kept. */
export const monitoring = z.strictObject({
  enabled: z
    .boolean({ error: 'must be true or false' })
    .default(true)
    .meta({ description: 'Whether there are a dashboard and alarms. `false` is the one line that spares them.' }),
  email: text('an address such as you@example.com', /^[^\s@]+@[^\s@]+$/)
    .optional()
    .meta({ description: 'Whom alarms are mailed to, once he has confirmed it by the link in the first mail.' }),
  topic: arn('sns', 'a topic').optional().meta({ description: 'A topic that alarms are sent to.' }),
  logDays: z
    .int({ error: days })
    .refine(given => retentions.includes(given), { error: days })
    .default(90)
    .meta({ description: 'For how many days logs are kept.' }),
})
