import * as z from 'zod/mini'
import { hasControlCharacters } from '../control-characters.ts'
import { authAttempts } from './auth-attempts.ts'
import { authOidc } from './auth-oidc.ts'
import { authToken } from './auth-token.ts'
import { key, optionalSection } from './key.ts'
import { duration, flag, text, textOrNothing } from './kinds.ts'

const realm = text().check(z.regex(/^[\x20-\x7e]+$/, 'must be one line of ASCII text'))

/** Where users come from, and how long they are believed: the same for both ways that have passwords. */
const users = {
  path: key(
    textOrNothing(),
    'A file with a user a line, `name:hash`, by bcrypt alone, as `kit user add` and `htpasswd -B` write it. It is read again when it changes. One that is not there is made, with the user `docker` and a random password, which is written to a file beside it; unless `username` names somebody.',
  ),
  username: key(textOrNothing(), 'A user who is there from the start, before anybody could add one. Not in Distribution.'),
  password: key(textOrNothing(), 'His password, as it is. Not in Distribution.', { secret: true }),
  storedusers: key(
    z.prefault(flag(), true),
    'Also lets those in whom `kit user` has put into the storage, where all replicas know them within 30 seconds. Not in Distribution.',
  ),
  remember: key(
    z.prefault(duration({ to: 3_600_000 }), '5m'),
    'How long name and password that were right need not be checked again, each check being tens of milliseconds of a processor. A user who is taken away, or gets another password, is forgotten at once. `0s`: each request is checked. Not in Distribution.',
  ),
}

interface FirstUser {
  username?: string | undefined
  password?: string | undefined
}

const htpasswd = z
  .strictObject({ realm: key(z.prefault(realm, 'Registry'), 'What a client may show to whom it asks for a password.'), ...users })
  .check(({ value, issues }) => void issues.push(...aboutFirstUser(value)))

const minute = 60_000
const day = 24 * 3_600_000

const local = z
  .strictObject({
    ...users,
    realm: key(
      textOrNothing(),
      'The URL of the token server, as clients reach it: `https://registry.example.com/auth/token`. Without it, the address that the client itself has used, or `http.host`.',
    ),
    service: key(z.prefault(realm, 'bucket-registry'), 'What tokens are for: their `aud`.'),
    issuer: key(z.prefault(realm, 'bucket-registry'), 'Who has issued them: their `iss`.'),
    lifetime: key(
      z.prefault(duration({ from: minute, to: day }), '5m'),
      'How long a token is good for. Clients fetch further ones by themselves. What the rules say and whether its user is still there is looked at with each request.',
    ),
    refreshlifetime: key(
      z.prefault(duration({ from: 3_600_000, to: 3650 * day }), '8760h'),
      'How long what `docker login` keeps in place of the password is good for. It ends at once when its user is taken away, or gets another password.',
    ),
    rotation: key(
      z.prefault(duration({ from: 3_600_000, to: 3650 * day }), '2160h'),
      'How long a key signs tokens. Its successor is known to all replicas before it signs, and it stays until the last token that it has signed has ended.',
    ),
  })
  .check(({ value, issues }) => {
    issues.push(...aboutFirstUser(value))
    if (value.realm === undefined || /^https?:\/\/[^\s"\\]+$/.test(value.realm)) return
    issues.push({ code: 'custom', input: value, path: ['realm'], message: 'must be the URL at which clients get tokens' })
  })

function aboutFirstUser(value: FirstUser): z.core.$ZodRawIssue[] {
  const issues: z.core.$ZodRawIssue[] = []
  const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
  const { username, password } = value
  if ((username === undefined) !== (password === undefined)) {
    complain(username === undefined ? 'username' : 'password', 'must be given: username and password belong together')
  }
  if (username !== undefined && (username.includes(':') || hasControlCharacters(username))) {
    complain('username', 'must have no colon and no control characters')
  }
  if (password !== undefined && password.length < shortest) complain('password', `must have at least ${shortest} characters`)
  return issues
}

/** Against guessing over a network, where each guess costs tens of milliseconds. */
const shortest = 8

export const auth = key(
  optionalSection({
    none: key(optionalSection({}), 'Serves everybody, as without the section.'),
    htpasswd: key(z.optional(htpasswd), 'Serves those who have a name and a password. `auth: htpasswd` is short for all of its defaults.'),
    local: key(
      z.optional(local),
      'The same users, by tokens that the registry itself issues at `/auth/token`: docker sends its password seldom, and can pull without one where `access` allows it. `auth: local` is short for all of its defaults. Not in Distribution.',
    ),
    token: key(z.optional(authToken), 'Serves those who bring a token of a token server elsewhere.'),
    oidc: authOidc,
    attempts: authAttempts,
  }),
  'Who is served. Without this section, everybody. Exactly one way of `none`, `htpasswd`, `local` and `token`.',
)
