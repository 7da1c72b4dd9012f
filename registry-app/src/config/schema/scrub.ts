import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { flag, whole } from './kinds.ts'
import { schedule } from './schedule.ts'

/** Not in Distribution. See docs/operations.md. */
export const scrub = key(
  section({
    enabled: key(
      z.prefault(flag(), false),
      'Reads all blobs in the background, again and again, in one replica at a time, and serves no more what is not what its digest says. In a bucket without conditional writes: for one process only.',
    ),
    schedule: key(
      z.prefault(schedule(), '720h'),
      'How often it begins anew: an interval such as `720h`, or a cron line in UTC such as `0 3 1 * *`. One that was ended goes on where it was.',
    ),
    rate: key(
      z.prefault(whole({ from: 65_536 }), 10_485_760),
      'Bytes a second that it reads at most. A small blob counts as 64 KiB, so that 10 MiB are 160 requests a second at most.',
    ),
  }),
  'What time, disks and others do to stored blobs, found before somebody needs them.',
)
