import * as z from 'zod/mini'
import { key } from './key.ts'
import { flag, text, textOrNothing } from './kinds.ts'

const name = () => text().check(z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be a name of at most 64 letters, digits and . _ -'))

/** One pattern is a list of one; and `true` is written without quotes by many, as GitLab has it with them. */
const patterns = key(
  z.pipe(
    z.union([z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))]),
    z.transform((written: string | (string | number | boolean)[]): readonly string[] =>
      typeof written === 'string' ? [written] : written.map(String),
    ),
  ),
  'What it must be.',
  { scalar: 'text', type: 'pattern, or a list', allowed: 'a pattern such as acme/*, or a list of them' },
)

const entry = z
  .strictObject({
    name: key(name(), 'What rules call it: `claim:NAME` in `who`.'),
    issuer: key(
      text(),
      "The issuer's URL, letter by letter as its tokens have it in `iss`: `https://token.actions.githubusercontent.com`.",
    ),
    audience: key(
      text().check(z.regex(/./, 'must say for whom tokens are')),
      'Whom tokens must be for, in `aud`: best the name of this registry.',
    ),
    claims: key(
      z.record(z.string(), patterns),
      'What a token must say, by claim: a pattern, or a list of which one has to fit. `*` stands for anything without `/` and `:`, `**` for anything. All of them must fit. There must be one at least: an issuer such as GitHub makes tokens for everybody.',
    ),
    jwksuri: key(
      textOrNothing(),
      'Where the keys of the issuer are. Without it the issuer is asked (`/.well-known/openid-configuration`), and may name a place on its own host only.',
    ),
    insecure: key(
      z.prefault(flag(), false),
      'Also `http://`, and only to this machine (`localhost`, `127.0.0.1`, `[::1]`): for tests of a pipeline. Whoever is on the way could make tokens.',
    ),
  })
  .check(({ value, issues }) => {
    const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
    const { issuer, jwksuri, insecure, claims } = value
    if (!isSafe(issuer, insecure)) complain('issuer', unsafe)
    else if (/[?#]/.test(issuer)) complain('issuer', 'must have no query and no fragment (OpenID Connect Discovery 1.0)')
    if (jwksuri !== undefined && !isSafe(jwksuri, insecure)) complain('jwksuri', unsafe)
    const written = Object.entries(claims)
    if (written.length === 0) complain('claims', 'must name one claim at least, such as repository: its issuer makes tokens for others too')
    if (written.some(([, each]) => each.length === 0 || each.includes(''))) complain('claims', 'must say what each claim is to be')
  })

const unsafe = 'must be a URL of https without a user: http is for this machine alone, where insecure is true'

function isSafe(written: string, insecure: boolean): boolean {
  if (!URL.canParse(written)) return false
  const { protocol, hostname, username, password } = new URL(written)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (insecure && protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}

export const authOidc = key(
  z.optional(
    z.array(entry).check(({ value, issues }) => {
      const twice = value.findIndex((each, index) => value.findIndex(({ name }) => name === each.name) < index)
      if (twice !== -1) issues.push({ code: 'custom', input: value, path: [twice, 'name'], message: 'stands there twice' })
      const moved = value.findIndex(each => value.some(other => other.issuer === each.issuer && other.jwksuri !== each.jwksuri))
      if (moved !== -1)
        issues.push({ code: 'custom', input: value, path: [moved, 'jwksuri'], message: 'must be the same wherever the issuer is' })
    }),
  ),
  'Identity tokens (OpenID Connect) of a continuous integration, accepted in place of the password, beside `htpasswd` or `local`. Not in Distribution.',
)
