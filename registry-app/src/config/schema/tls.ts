import * as z from 'zod/mini'
import { complaintOfSuite } from '../cipher-suites.ts'
import type { DeepReadonly } from '../deep-freeze.ts'
import { key, section } from './key.ts'
import { choice, text, textOrNothing } from './kinds.ts'
import { letsencrypt } from './letsencrypt.ts'

/** Distribution's words, which are those of Go's `tls.ClientAuthType`. */
const clientauth = choice(
  'no-client-cert',
  'request-client-cert',
  'require-any-client-cert',
  'verify-client-cert-if-given',
  'require-and-verify-client-cert',
)

const suite = () =>
  text().check(({ value, issues }) => {
    const complaint = complaintOfSuite(value)
    if (complaint !== undefined) issues.push({ code: 'custom', input: value, message: `must be ${complaint}` })
  })

const fields = section({
  certificate: key(
    textOrNothing(),
    "A file in PEM: the server's certificate, then those of the authorities between it and one that clients know. Read again when it changes, or at SIGHUP; connections stay open.",
  ),
  key: key(textOrNothing(), 'A file in PEM: its private key.'),
  minimumtls: key(z.prefault(choice('tls1.2', 'tls1.3'), 'tls1.2'), 'The oldest version of TLS that is spoken.'),
  ciphersuites: key(
    z.prefault(z.array(suite()), []),
    "The suites that are spoken, by Go's names. Without a list, those with forward secrecy and authenticated encryption. Those of TLS 1.3 are always on where none of them is in the list.",
  ),
  clientcas: key(
    z.prefault(z.array(text()), []),
    'The authorities whose client certificates are believed: files in PEM, or their text, which Distribution does not take.',
  ),
  clientauth: key(
    z.optional(clientauth),
    'Whether clients show a certificate, and what is asked of it. `registry.mjs healthcheck` shows the one of the registry itself, which is let in.',
    { shownDefault: 'require-and-verify-client-cert with clientcas, otherwise no-client-cert' },
  ),
  letsencrypt,
})

/** Whether TLS is spoken at all, by a certificate in files or by one that is ordered. */
export const speaksTls = ({ certificate, letsencrypt }: DeepReadonly<z.output<typeof fields>>): boolean =>
  certificate !== undefined || letsencrypt.hosts.length > 0

export const tls = key(
  fields.check(({ value, issues }) => {
    const complain = (path: string, message: string) => issues.push({ code: 'custom', input: value, path: [path], message })
    if ((value.certificate === undefined) !== (value.key === undefined)) {
      complain(value.certificate === undefined ? 'certificate' : 'key', 'must be given: certificate and key belong together')
    }
    const verifies = value.clientauth?.includes('verify') === true
    if (verifies && value.clientcas.length === 0) complain('clientcas', `must name an authority, for clientauth: ${value.clientauth}`)
    if (value.certificate !== undefined && value.letsencrypt.hosts.length > 0) {
      complain('certificate', 'must not be given beside letsencrypt.hosts: a certificate comes from files, or it is ordered')
    }
    if (!speaksTls(value) && (value.clientcas.length > 0 || (value.clientauth ?? 'no-client-cert') !== 'no-client-cert')) {
      complain('certificate', 'must be given: without TLS no client can be asked for a certificate')
    }
  }),
  'TLS. Without a certificate and without `letsencrypt.hosts`, plain HTTP is served.',
)
