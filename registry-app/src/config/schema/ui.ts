import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { duration, flag, price, text } from './kinds.ts'
import { schedule } from './schedule.ts'

/** Not in Distribution. See docs/page.md. */
export const ui = key(
  section({
    enabled: key(
      z.prefault(flag(), true),
      'Serves the page at `/ui/`, to which `/` leads browsers, and the end-points that it asks. It shows what `access` allows to whoever looks.',
    ),
    summary: section({
      age: key(
        z.prefault(duration({ from: 60_000 }), '24h'),
        'How old the figures of all repositories may be, when somebody looks, before they are made anew: by a list of every object, a thousand to a request. Where garbage is collected in the service, each run makes them too.',
      ),
    }),
    doctor: key(
      section({
        enabled: key(
          z.prefault(flag(), true),
          'Examines the bucket while the registry serves, in one replica at a time and never in the first ten minutes after a start; and at once when somebody who may administer every repository asks for it on the page.',
        ),
        schedule: key(
          z.prefault(schedule(), '24h'),
          'How often: an interval such as `24h`, or a cron line in UTC such as `0 3 * * *`. One takes some 290 requests, and stores 22 MB that it takes away again.',
        ),
      }),
      'What the bucket can and cannot do, asked by what `kit doctor` asks ([operations](operations.md#what-the-bucket-can-do)). With `storage.s3` only, and not while the registry is read-only.',
    ),
    prices: key(
      section({
        currency: key(
          z.prefault(text().check(z.regex(/^[A-Z]{3}$/, 'must be three letters such as USD')), 'USD'),
          'In which currency (ISO 4217).',
        ),
        put: key(z.prefault(price(), '0.005'), 'For 1000 requests that write or list.'),
        get: key(z.prefault(price(), '0.0004'), 'For 1000 requests that read.'),
        storage: key(z.prefault(price(), '0.023'), 'For a GB (2^30 bytes) and month.'),
      }),
      'What the store asks for, by which the page says what requests cost. The defaults are those of Amazon S3 Standard in us-east-1 in 2026; deletes are free.',
    ),
  }),
  'The page for people ([what it shows](page.md)).',
)
