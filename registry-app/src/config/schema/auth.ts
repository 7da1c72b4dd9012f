import * as z from 'zod/mini'
import { hasControlCharacters } from '../control-characters.ts'
import { key, optionalSection } from './key.ts'
import { duration, flag, text, textOrNothing } from './kinds.ts'

const realm = text().check(z.regex(/^[\x20-\x7e]+$/, 'must be one line of ASCII text'))

const fields = {
  realm: key(z.prefault(realm, 'Registry'), 'What a client may show to whom it asks for a password.'),
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

const htpasswd = z.strictObject(fields).check(({ value, issues }) => {
  const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
  const { username, password } = value
  if ((username === undefined) !== (password === undefined)) {
    complain(username === undefined ? 'username' : 'password', 'must be given: username and password belong together')
  }
  if (username !== undefined && (username.includes(':') || hasControlCharacters(username))) {
    complain('username', 'must have no colon and no control characters')
  }
  if (password !== undefined && password.length < shortest) complain('password', `must have at least ${shortest} characters`)
})

/** Against guessing over a network, where each guess costs tens of milliseconds. */
const shortest = 8

export const auth = key(
  optionalSection({
    none: key(optionalSection({}), 'Serves everybody, as without the section.'),
    htpasswd: key(z.optional(htpasswd), 'Serves those who have a name and a password. `auth: htpasswd` is short for all of its defaults.'),
  }),
  'Who is served. Without this section, everybody. Exactly one way.',
)
