import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { choice, text, textOrNothing } from './kinds.ts'

/** RFC 1123, section 2.1, in the letters of the DNS (RFC 5890 for others). No authority looks at a wildcard or an address by these challenges. */
const hostPattern = /^(?=.{1,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{2,63}(?<!-)$/

const hostName = () =>
  z.pipe(
    text(),
    z.transform((written: string, context) => {
      const name = written.toLowerCase().replace(/\.$/, '')
      if (hostPattern.test(name) && !/\.\d+$/.test(name)) return name
      const message = name.includes('*')
        ? 'must be a name without *: certificates for wildcards need a record in the DNS, which this registry cannot make'
        : 'must be a DNS name such as registry.example.com, other letters in their xn-- form; no address, no port'
      context.issues.push({ code: 'custom', input: written, message })
      return z.NEVER
    }),
  )

const httpsUrl = z.pipe(
  text(),
  z.transform((written: string, context) => {
    const url = URL.parse(written)
    if (url?.protocol === 'https:' && !url.username && !url.password) return written
    context.issues.push({ code: 'custom', input: written, message: 'must be an https URL' })
    return z.NEVER
  }),
)

const eab = section({
  kid: key(textOrNothing(), 'The identifier of the key.'),
  hmackey: key(textOrNothing(), 'The key, in base64url.', { secret: true }),
})

const fields = section({
  hosts: key(
    z.prefault(z.array(hostName()).check(z.refine(list => list.length <= 100, 'must be at most 100 names')), []),
    'The names to get certificates for, one for each. Naming any switches ACME on.',
  ),
  cachefile: key(
    textOrNothing(),
    'A folder (it is one in Distribution, too) in which certificates and keys are kept. Without it they are kept in the storage, where replicas and a replaced host find them.',
  ),
  email: key(textOrNothing(), 'An address that the certificate authority may write to.'),
  directoryurl: key(
    z.prefault(httpsUrl, 'https://acme-v02.api.letsencrypt.org/directory'),
    'The ACME server. For trials: `https://acme-staging-v02.api.letsencrypt.org/directory`.',
  ),
  eab: key(eab, 'External account binding: what an authority other than Let’s Encrypt gave you to register with. Not in Distribution.'),
  challenges: key(
    z.optional(z.array(choice('tls-alpn-01', 'http-01')).check(z.refine(list => list.length > 0, 'must name one at least'))),
    'How to prove that a name is yours, in the order in which it is tried: `tls-alpn-01` needs port 443 of the name to reach `http.addr`, `http-01` needs port 80 to reach `http.redirect.addr`. Not in Distribution.',
    { shownDefault: '`[tls-alpn-01]`, and `http-01` with `http.redirect.addr`' },
  ),
  cacert: key(
    textOrNothing(),
    'Certificates in PEM, a file or the text itself, trusted besides the usual ones to be the ACME server’s: for an authority of your own. Not in Distribution.',
  ),
})

type Fields = z.output<typeof fields>

const bothOrNone = ({ eab }: Fields) => (eab.kid === undefined) === (eab.hmackey === undefined)
const namesHosts = ({ hosts, cachefile, email }: Fields) => hosts.length > 0 || (cachefile === undefined && email === undefined)

/** `http.tls.letsencrypt` */
export const letsencrypt = key(
  fields.check(
    z.refine(bothOrNone, { path: ['eab'], error: 'must have both kid and hmackey, or neither' }),
    z.refine(namesHosts, {
      path: ['hosts'],
      error: 'must name the hosts: certificates are not ordered for whatever name somebody asks for',
    }),
  ),
  'Certificates by ACME, from Let’s Encrypt or another authority: ordered, renewed and shared by replicas without your help.',
)
