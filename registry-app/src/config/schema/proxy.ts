import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { duration, flagOrAuto, longestTimer, text, textOrNothing } from './kinds.ts'

const whereUrl = 'must be an http or https URL such as https://registry-1.docker.io, without a name and password in it'

/** Where an upstream is, without a slash at its end. */
const remoteUrl = () =>
  z.pipe(
    textOrNothing(),
    z.transform((written: string | undefined, context) => {
      if (written === undefined) return undefined
      const url = URL.parse(written)
      const plain = url && /^https?:$/.test(url.protocol) && !(url.username || url.password || url.search || url.hash)
      if (plain) return url.origin + url.pathname.replace(/\/+$/, '')
      context.issues.push({ code: 'custom', input: written, message: whereUrl })
      return z.NEVER
    }),
  )

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const names = new RegExp(`^${component}(?:/${component})*$`)
const nameBeginning = () => text().check(z.regex(names, "must be the beginning of repositories' names such as docker.io or team/base"))

const realmHost = text().check(
  z.regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be the name of a host such as auth.example.com, with its port unless that is 443'),
)

/** What is said of every upstream, whichever repositories are its. */
const upstreamKeys = {
  username: key(textOrNothing(), 'Who asks there. Whoever may pull here then pulls what he may there.'),
  password: key(textOrNothing(), 'His password, or a token in its place.', { secret: true }),
  library: key(
    z.prefault(flagOrAuto(), 'auto'),
    'Whether a name of one part is below `library/` there, as `alpine` is on Docker Hub. `auto`: where the upstream is Docker Hub.',
  ),
  trustedrealms: key(
    z.prefault(z.array(realmHost), []),
    "Further hosts that may hand out the upstream's tokens, and so are sent its name and password. Without it those are the upstream's own host, the domain right above it, and `auth.docker.io` for Docker Hub; by https, unless the upstream itself is asked by http.",
  ),
}

const upstream = z
  .strictObject({
    prefix: key(nameBeginning(), 'The repositories that are cached: all below it, `docker.io/…`.'),
    remoteurl: key(remoteUrl(), 'Where they come from.'),
    path: key(z.optional(nameBeginning()), 'What stands in place of the prefix there: without it nothing does.'),
    ...upstreamKeys,
  })
  .check(({ value, issues }) => {
    if (value.remoteurl === undefined)
      issues.push({ code: 'custom', input: value, path: ['remoteurl'], message: 'must be given: where these repositories come from' })
    complainOfHalves(value, issues)
  })

export const proxy = key(
  section({
    remoteurl: key(
      remoteUrl(),
      'Makes the whole registry a cache of this one, as in Distribution: every repository that no prefix of `upstreams` has. Nothing can be pushed there.',
    ),
    ...upstreamKeys,
    ttl: key(z.prefault(duration(), '168h'), 'For how long what is cached stays after it was pulled last. `0`: for ever.'),
    revalidate: key(
      z.prefault(duration({ to: 24 * 3_600_000 }), '10s'),
      'How long what a tag names is believed before the upstream is asked again. Not in Distribution, which asks each time: `0` does too.',
    ),
    cachewritetimeout: key(
      z.prefault(duration({ to: longestTimer }), '5m'),
      'For how long a blob that nobody waits for any more is still fetched, so that it is kept. `0`: the fetch ends when its last client leaves.',
    ),
    upstreams: key(
      z.prefault(
        z.array(upstream).check(({ value, issues }) => {
          const twice = value.findIndex((each, index) => value.findIndex(({ prefix }) => prefix === each.prefix) < index)
          if (twice !== -1) issues.push({ code: 'custom', input: value, path: [twice, 'prefix'], message: 'stands there twice' })
        }),
        [],
      ),
      'Several registries that are cached, each below a prefix; the longest one counts. Everything else can be pushed to. Not in Distribution.',
    ),
  }).check(({ value, issues }) => {
    complainOfHalves(value, issues)
    if (value.remoteurl === undefined && value.username !== undefined)
      issues.push({
        code: 'custom',
        input: value,
        path: ['remoteurl'],
        message: 'must be given: the registry that proxy.username is known to',
      })
  }),
  'Serves what other registries have, and keeps it: see [pull-through cache](pull-through-cache.md).',
)

interface Credentials {
  username?: string | undefined
  password?: string | undefined
}

function complainOfHalves(value: Credentials, issues: z.core.$ZodRawIssue[]): void {
  if (value.password !== undefined && value.username === undefined)
    issues.push({ code: 'custom', input: value, path: ['username'], message: 'must be given beside a password' })
}
