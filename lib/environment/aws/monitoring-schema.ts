import { z } from 'zod'
import { text, whole } from '../values.ts'
import { arn } from './arn.ts'

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
  logDays: whole(1, 3653)
    .default(90)
    .meta({ description: 'For how many days the log is kept, by the numbers that CloudWatch knows: 7, 30, 90, 365 …' }),
})
