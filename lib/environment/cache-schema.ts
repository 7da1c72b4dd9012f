import { z } from 'zod'
import { secretArn } from './aws/arn.ts'
import { cachePassword } from './cache-password.ts'
import { text } from './values.ts'

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const beginning = text("the beginning of repositories' names such as docker.io", new RegExp(`^${component}(?:/${component})*$`))

const upstream = {
  url: text('an http or https URL such as https://registry-1.docker.io', /^https?:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/).meta({
    description: 'The registry whose images are fetched when somebody pulls them, and kept.',
  }),
  prefix: beginning.optional().meta({
    description:
      'The repositories here that are its: all below it, `docker.io/…`. Absent: all that no other prefix has; nothing is pushed to them.',
  }),
  path: beginning.optional().meta({ description: 'What stands in place of the prefix there. Absent: nothing does.' }),
  trustedRealms: z
    .array(text('a host such as auth.example.com', /^[a-z0-9.-]+(:\d{1,5})?$/), { error: 'must be a list of hosts' })
    .default([])
    .meta({ description: 'Further hosts that may hand out its tokens, and so get to see the name and the password.' }),
}

const list = <Entry extends z.ZodObject>(entry: Entry) =>
  z
    .array(entry, { error: 'must be a list of upstreams such as {prefix: docker.io, url: https://registry-1.docker.io}' })
    .check(({ value, issues }) => {
      const prefixes = value.map(each => each.prefix)
      const twice = prefixes.findIndex((prefix, index) => prefixes.indexOf(prefix) < index)
      if (twice !== -1) issues.push({ code: 'custom', input: value, path: [twice, 'prefix'], message: 'stands there twice' })
      const alone = value.findIndex(({ prefix, path }) => prefix === undefined && path !== undefined)
      if (alone !== -1)
        issues.push({ code: 'custom', input: value, path: [alone, 'path'], message: 'stands in place of a prefix, which must be given' })
      // On AWS it is no variable that has the password, but a secret that is named beside it.
      const passwords = value.map(({ prefix, ...rest }) =>
        'user' in rest && rest.user !== undefined ? cachePassword(prefix as string | undefined) : undefined,
      )
      const shared = passwords.findIndex((password, index) => password !== undefined && passwords.indexOf(password) < index)
      if (shared !== -1 && shared !== twice)
        issues.push({
          code: 'custom',
          input: value,
          path: [shared, 'prefix'],
          message: `would have the password of another: both come as ${passwords[shared]}`,
        })
    })
    .default([])
    .meta({ description: 'Other registries that this one caches ([pull-through cache](pull-through-cache.md)).' })

/** Of an upstream's password, where it comes from. */
export const cache = list(
  z.strictObject({
    ...upstream,
    user: text('a name', /^\S+$/).optional().meta({
      description:
        'Who asks there. The password is the variable `cache_password_` with the prefix, each other sign being `_`: `cache_password_docker_io`; without a prefix, `cache_password`.',
    }),
  }),
)

export const awsCache = list(
  z.strictObject({
    ...upstream,
    secret: secretArn().optional().meta({
      description: 'Who asks there: a secret in Secrets Manager with `username` and `password`, as JSON. Absent: nobody in particular.',
    }),
  }),
)
