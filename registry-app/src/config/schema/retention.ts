import * as z from 'zod/mini'
import { glob, some, tagGlob } from './glob.ts'
import { key, section } from './key.ts'
import { duration, flag, text, whole } from './kinds.ts'
import { schedule } from './schedule.ts'

const second = 1000
const day = 24 * 3_600_000

const keep = z
  .strictObject({
    newest: key(
      z.optional(whole({ from: 1 })),
      'So many of those that the rule is about: the ones that were set last. Of several that were set in the same moment, all.',
    ),
    tags: key(z.optional(some(tagGlob, 'keep')), 'Those that fit, with `*` for any number of characters: `v*`.'),
    pushed: key(z.optional(duration({ from: second })), 'Those that were set within this time, such as `720h`.'),
    pulled: key(
      z.optional(duration({ from: day, to: 365 * day })),
      'Those that were pulled within this time, by the tag or by the digest of a manifest that it names or has named. As long as nobody has counted pulls for so long, all.',
    ),
  })
  .check(({ value, issues }) => {
    if (Object.values(value).some(given => given !== undefined)) return
    const message = 'must name something, such as newest: 10: the rule would keep nothing, and every tag would go'
    issues.push({ code: 'custom', input: value, message })
  })

const rule = z.strictObject({
  name: key(
    z.optional(text().check(z.regex(/^[\x20-\x7e]{1,100}$/, 'must be one line of at most 100 ASCII characters'))),
    'How explanations call it; without it, by its number.',
  ),
  repositories: key(some(glob, 'remove'), 'Where it holds: names of repositories, with `*` and `**` as in `access`.'),
  tags: key(
    z.prefault(some(tagGlob, 'remove'), ['*']),
    'Which tags it is about, with `*` for any number of characters. It says nothing of others.',
  ),
  keep: key(keep, 'What stays of them. A tag goes if at least one rule is about it, and none of those keeps it.'),
  referrers: key(
    z.prefault(flag(), false),
    'Tags of signatures and other referrers (`sha256-…`) go with the image that they are named for. Without it they are never removed, and keep their image from garbage collection.',
  ),
})

export const retention = key(
  section({
    enabled: key(
      z.prefault(flag(), false),
      'Removes tags in the service, in one replica at a time. `registry.mjs retention` applies the rules without it, too.',
    ),
    schedule: key(z.prefault(schedule(), '24h'), 'How often: an interval such as `24h`, or a cron line in UTC such as `0 3 * * *`.'),
    dryrun: key(z.prefault(flag(), false), 'Only logs what would go.'),
    rules: key(z.prefault(z.array(rule), []), 'Which tags stay, and which go.'),
  }).check(({ value: { enabled, rules }, issues }) => {
    if (!enabled || rules.length > 0) return
    issues.push({
      code: 'custom',
      input: rules,
      path: ['rules'],
      message: 'must not be empty where retention is enabled: it would remove nothing',
    })
  }),
  'Which tags are kept, and for how long: see [policies](policies.md#retention). Not in Distribution.',
)

export const undo = key(
  section({
    grace: key(
      z.prefault(duration({ from: second, to: 365 * day }), '168h'),
      'How long what retention has removed can be restored. Its bytes stay so long.',
    ),
    deletions: key(z.prefault(flag(), false), 'What clients delete, tags, manifests and whole repositories, can be restored as well.'),
  }),
  'Bringing back what was removed: `registry.mjs restore`. Not in Distribution.',
)

export const lastPulls = key(
  section({
    enabled: key(z.prefault(flag(), true), 'Keeps on which day each tag, and each manifest, was pulled last.'),
    interval: key(
      z.prefault(duration({ from: second, to: day }), '6h'),
      'How often a replica writes down what it has seen: one request each time.',
    ),
  }),
  'When images were pulled last, for `retention`. Not in Distribution.',
)
