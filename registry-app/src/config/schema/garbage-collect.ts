import * as z from 'zod/mini'
import { formatDuration } from '../duration.ts'
import { key, section } from './key.ts'
import { duration, flag } from './kinds.ts'
import { schedule } from './schedule.ts'

const second = 1000
const hour = 3_600_000

const fields = section({
  enabled: key(
    z.prefault(flag(), false),
    'Collects in the service, in one replica at a time. In a bucket without conditional writes: for one process only.',
  ),
  schedule: key(z.prefault(schedule(), '24h'), 'How often: an interval such as `24h`, or a cron line in UTC such as `0 3 * * *`.'),
  untagged: key(
    z.prefault(flag(), false),
    'Manifests without a tag go too, unless an index that stays names them, or they are subject or referrer of one that stays (Distribution’s `--delete-untagged`).',
  ),
  dryrun: key(z.prefault(flag(), false), 'Only logs what would go.'),
  grace: key(
    z.prefault(duration({ from: 10 * second, to: 365 * 24 * hour }), '24h'),
    'How long what is found to be garbage waits before it is deleted, and how old it must be before it is. Must be the same in every process that writes to this storage.',
  ),
  viewage: key(
    z.prefault(duration({ from: 100 }), '1m'),
    'How old this process’s view of what is condemned may be: while somebody pushes, it costs one LIST each such time. Less than a quarter of `grace`.',
  ),
  window: key(
    z.optional(duration({ from: second })),
    'How long after it has marked for the second time a run may delete; what is left waits for the next one. At most three quarters of `grace`.',
    { shownDefault: 'half of `grace`' },
  ),
  batchtime: key(
    z.prefault(duration({ from: 2 * second, to: hour }), '30s'),
    'How long one announced batch of deletes is valid. Whoever pushes what is in it waits that long at most, and `margin` more.',
  ),
  margin: key(
    z.prefault(duration({ from: second, to: hour }), '60s'),
    'How long a store may take to carry out what it accepted, and how far the clocks of its machines may be apart.',
  ),
})

/** Not in Distribution, which collects by a command, while nobody writes. See docs/garbage-collection.md. */
export const garbageCollect = key(
  fields.check(({ value: { grace, viewage, window, batchtime, margin }, issues }) => {
    const says = (of: number) => `${of === 1 ? '' : `${of * 100} % of `}grace, which is ${formatDuration(grace)}`
    if (viewage > grace / 4) issues.push({ code: 'custom', input: viewage, path: ['viewage'], message: `must be at most ${says(0.25)}` })
    // Whoever has waited for a batch must still be able to rely on his rescue mark.
    if (batchtime + margin > grace / 4)
      issues.push({
        code: 'custom',
        input: batchtime,
        path: ['batchtime'],
        message: `must be, together with margin, at most ${says(0.25)}`,
      })
    if (window !== undefined && window > grace * 0.75)
      issues.push({ code: 'custom', input: window, path: ['window'], message: `must be at most ${says(0.75)}` })
  }),
  'What nobody refers to any more, deleted while the registry serves.',
)
