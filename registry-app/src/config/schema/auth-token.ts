import * as z from 'zod/mini'
import { key } from './key.ts'
import { flag, text, textOrNothing } from './kinds.ts'

const header = () => text().check(z.regex(/^[\x20-\x7e]+$/, 'must be one line of ASCII text'))

/** In the order of Distribution's documentation, and spelled as there. */
const algorithms = [
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
] as const

/** Letter by letter, as in the header of a token. */
const algorithm = key(z.enum(algorithms), '', {
  scalar: 'text',
  type: algorithms.join(', '),
  allowed: `one of ${algorithms.join(', ')}`,
})

export const authToken = z
  .strictObject({
    realm: key(textOrNothing(), 'The URL at which clients get tokens. Not needed with `autoredirect`.'),
    service: key(header(), 'What tokens must be for: their `aud`.'),
    issuer: key(header(), 'Whose tokens are accepted: their `iss`.'),
    rootcertbundle: key(
      textOrNothing(),
      'A file with certificates in PEM: of those who sign tokens, or of authorities that vouch for the chain that a token brings (`x5c`). Read at the start. Or those certificates themselves, `-----BEGIN CERTIFICATE-----` and so on, which Distribution does not take.',
    ),
    jwks: key(
      textOrNothing(),
      'A file with the public keys of those who sign tokens, as a set in JSON (RFC 7517), by the `kid` that tokens name. Read at the start. Or that set itself, `{"keys": …}` as text, which Distribution does not take.',
    ),
    signingalgorithms: key(
      z.prefault(z.array(algorithm), [...algorithms]),
      'How tokens may be signed. `HS256`, `HS384` and `HS512` may stand here, as with Distribution, and like there no token passes by them: a secret that both sides share is not among the keys that are used.',
      { shownDefault: 'all that there are' },
    ),
    autoredirect: key(
      z.prefault(flag(), false),
      'Clients are sent to the host that they came to, by https, and to `autoredirectpath` there: for a token server behind the same proxy.',
    ),
    autoredirectpath: key(
      z.prefault(text().check(z.regex(/^\/[!-~]*$/, 'must be a path such as /auth/token')), '/auth/token'),
      'That path.',
    ),
  })
  .check(({ value, issues }) => {
    const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
    if (value.realm === undefined && !value.autoredirect)
      complain('realm', 'must be the URL at which clients get tokens, or autoredirect must be true')
    if (value.realm !== undefined && !/^[!-~]+$/.test(value.realm)) complain('realm', 'must be the URL at which clients get tokens')
    if (value.rootcertbundle === undefined && value.jwks === undefined) {
      complain('rootcertbundle', 'must be given, or jwks: without either no token could be believed')
    }
    if (value.signingalgorithms.length === 0) complain('signingalgorithms', 'must name one at least')
  })
