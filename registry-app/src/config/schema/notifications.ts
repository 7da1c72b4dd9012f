import * as z from 'zod/mini'
import { headerName, headerValue } from './headers.ts'
import { key, section } from './key.ts'
import { choice, duration, flag, longestTimer, text, textOrNothing, whole } from './kinds.ts'

/** Distribution takes 0 for its default. */
const orDefault = (fallback: number) => z.transform((given: number) => given || fallback)

const url = z.pipe(
  textOrNothing(),
  z.transform((written: string | undefined, context) => {
    if (written === undefined || /^https?:$/.test(URL.parse(written)?.protocol ?? '')) return written
    context.issues.push({ code: 'custom', input: written, message: 'must be an http or https URL' })
    return z.NEVER
  }),
)

const endpoint = z
  .strictObject({
    name: key(z.prefault(text(), ''), 'How the log and the metrics call it, and what its queue is kept under.'),
    disabled: key(z.prefault(flag(), false), 'Sends it nothing; what is kept for it stays.'),
    url: key(url, 'Where events are posted to. No redirect is followed.', { secret: true }),
    headers: key(
      z.prefault(z.record(headerName, z.array(key(headerValue(), 'One value.', { secret: true }))), {}),
      'Headers that each request to it carries, such as `Authorization: [Bearer abc]`. Their values are shown nowhere.',
      { secret: true },
    ),
    timeout: key(z.prefault(z.pipe(duration({ to: longestTimer }), orDefault(1000)), '1s'), 'How long it may take to answer; 0 means 1s.'),
    threshold: key(
      z.prefault(z.pipe(whole({ from: 0 }), orDefault(10)), 10),
      'After so many failures in a row, `backoff` is waited between attempts; 0 means 10.',
    ),
    backoff: key(
      z.prefault(z.pipe(duration({ to: longestTimer }), orDefault(1000)), '1s'),
      'How long to wait then; it doubles with each further failure, up to a minute, and chance takes up to half of it away. 0 means 1s.',
    ),
    ignoredmediatypes: key(z.prefault(z.array(text()), []), 'The same as `ignore.mediatypes`.'),
    ignore: section({
      mediatypes: key(
        z.prefault(z.array(text()), []),
        'Media types of which it wants to hear nothing, such as `application/octet-stream`, which is that of every blob.',
      ),
      actions: key(z.prefault(z.array(choice('pull', 'push', 'mount', 'delete')), []), 'What it does not want to hear of.'),
    }),
  })
  .check(({ value, issues }) => {
    if (value.url === undefined && !value.disabled)
      issues.push({ code: 'custom', input: value, path: ['url'], message: 'must be given: where to post events to' })
  })

const endpoints = z.array(endpoint).check(({ value, issues }) => {
  value.forEach(({ name }, index) => {
    if (value.findIndex(other => other.name === name) === index) return
    issues.push({
      code: 'custom',
      input: name,
      path: [index, 'name'],
      message: 'must be another one for each endpoint: its queue is kept under it',
    })
  })
})

export const notifications = key(
  section({
    events: key(
      section({
        includereferences: key(
          z.prefault(flag(), false),
          'Tells of a manifest also what it refers to: config and layers, or the manifests of an index.',
        ),
      }),
      'What events say. In variables Distribution calls it `EVENTCONFIG`: `REGISTRY_NOTIFICATIONS_EVENTCONFIG_INCLUDEREFERENCES`.',
    ),
    endpoints: key(z.prefault(endpoints, []), 'Who is told.'),
    queue: key(
      section({
        limit: key(
          z.prefault(whole({ from: 1 }), 100_000),
          'So many events wait for one endpoint at most, in each process; what comes then is dropped, counted, and logged.',
        ),
        save: key(
          z.prefault(duration({ from: 100, to: 3_600_000 }), '1s'),
          'An event that was not delivered after this time is kept in the storage, so that neither a restart nor a crash loses it.',
        ),
      }),
      'Events that wait. Not in Distribution.',
    ),
  }),
  'Tells others what happens, by HTTP: see [notifications](notifications.md).',
)
