import * as z from 'zod/mini'
import { glob, some, tagGlob } from './glob.ts'
import { key, section } from './key.ts'
import { flag, size, text } from './kinds.ts'
import { lastPulls, retention, undo } from './retention.ts'

const immutableTagRule = z.strictObject({
  repositories: key(some(glob, 'protect'), 'Where it holds: names of repositories, with `*` and `**` as in `access`.'),
  tags: key(
    z.prefault(some(tagGlob, 'protect'), ['*']),
    'Which tags, with `*` for any number of characters: `v*`. Those that clients move by themselves (`sha256-…`: referrers and signatures) are never meant.',
  ),
  except: key(z.prefault(z.array(tagGlob), []), 'Which of them not, such as `latest`.'),
  deletable: key(
    z.prefault(flag(), false),
    'Lets clients delete such a tag, after which it may be pushed anew; without it a manifest stays that has such a tag, too.',
  ),
})

/** A repository's name, or the beginning of one up to a slash. */
const prefix = text().check(({ value, issues }) => {
  if (value === '' || /^[a-z0-9._-]+(\/[a-z0-9._-]+)*$/.test(value)) return
  const message = 'must be the name of a repository, or what the names of several begin with, such as team: no slash at its end, no *'
  issues.push({ code: 'custom', input: value, message })
})

const quota = z.strictObject({
  prefix: key(z.prefault(prefix, ''), 'Whose: the repository of that name, and all below it; without the key, the whole registry.'),
  limit: key(
    size({ from: 1 }),
    'How much they may have together, in bytes, or with a unit: `10GB`, `10GiB`. A blob counts once, however many of them have it.',
  ),
})

const fields = section({
  immutabletags: key(
    z.prefault(z.array(immutableTagRule), []),
    'Tags that, once pushed, name the same manifest for ever: see [policies](policies.md). Not in Distribution.',
  ),
  retention,
  undo,
  lastpulls: lastPulls,
  quotas: key(
    z.prefault(z.array(quota), []),
    'How much may be pushed: see [policies](policies.md#quotas). Garbage collection counts, in the service or by hand. Not in Distribution.',
  ),
  repository: section({
    classes: key(
      z.prefault(z.array(text()), []),
      'In Distribution: the classes of content that are let in, such as `image`. Accepted, not enforced.',
    ),
  }),
})

/** What its sections say of each other. */
export const policy = fields.check(({ value: { retention, lastpulls }, issues }) => {
  if (lastpulls.enabled) return
  for (const [index, { keep }] of retention.rules.entries()) {
    if (keep.pulled === undefined) continue
    const message = 'needs policy.lastpulls.enabled: where nobody counts pulls, nobody knows the last one'
    issues.push({ code: 'custom', input: keep.pulled, path: ['retention', 'rules', index, 'keep', 'pulled'], message })
  }
})
