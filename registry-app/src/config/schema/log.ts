import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { anything, choice, flag, textOrNothing } from './kinds.ts'

export const levels = () => choice('debug', 'info', 'warn', 'error')

export const log = key(
  section({
    level: key(z.optional(levels()), 'How much is logged.', { shownDefault: 'info' }),
    formatter: key(z.prefault(choice('text', 'json', 'logstash'), 'text'), 'How a line looks: for people, or for machines.'),
    fields: key(z.prefault(z.record(z.string(), anything()), {}), 'Fields that every line carries, such as `environment: production`.'),
    reportcaller: key(z.prefault(flag(), false), 'In Distribution: names the source line that logs. Accepted, without effect.'),
    accesslog: section({
      disabled: key(z.prefault(flag(), false), 'Leaves out the one line per request.'),
    }),
    audit: key(
      section({
        disabled: key(z.prefault(flag(), false), 'Leaves these lines out.'),
        pulls: key(z.prefault(flag(), false), 'Tells of pulls too.'),
        path: key(textOrNothing(), 'A file that they are appended to, in place of standard output. Its folder must exist.'),
      }),
      'The audit log: a line, whose message is `audit`, for each push, mount and deletion, done or refused: who, what, from where, when. Not in Distribution.',
    ),
  }),
  'What is written to standard output.',
)
