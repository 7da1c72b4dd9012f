import * as z from 'zod/mini'
import { parseAddress } from '../address.ts'
import { debug } from './debug.ts'
import { headerName, headerValue } from './headers.ts'
import { key, section } from './key.ts'
import { choice, duration, flag, longestTimer, text, textOrNothing, whole } from './kinds.ts'
import { proxyAddress } from './proxy-address.ts'
import { speaksTls, tls } from './tls.ts'

const host = z.pipe(
  text(),
  z.transform((written: string, context) => {
    const url = URL.parse(written)
    const plain = url && /^https?:$/.test(url.protocol) && !(url.username || url.password || url.search || url.hash)
    if (plain) return url.origin + url.pathname.replace(/\/+$/, '')
    context.issues.push({ code: 'custom', input: written, message: 'must be an http or https URL such as https://registry.example.com' })
    return z.NEVER
  }),
)

const prefix = z.pipe(
  text().check(z.regex(/^(?:\/|(?:\/[\w.~-]+)*\/?)$/, 'must be a path such as /registry/')),
  z.transform((written: string) => written.replace(/\/$/, '')),
)

const timeouts = section({
  headers: key(z.prefault(duration({ to: longestTimer }), '60s'), 'How long a client may take to send the headers of a request.'),
  idle: key(z.prefault(duration({ to: longestTimer }), '75s'), 'How long a connection is kept open between requests.'),
  body: key(
    z.prefault(duration({ to: longestTimer }), '60s'),
    'How long a body may stall, in either direction. A slow transfer that moves is never cut off.',
  ),
})

const fields = section({
  addr: key(
    z.prefault(text(), ':5000'),
    'Where to listen: `:5000` (every address), `localhost:5000` (127.0.0.1 and ::1), `0.0.0.0:5000`, `[::1]:5000`; port 0 lets the system choose. With `net: unix`, the path of a socket.',
  ),
  net: key(z.prefault(choice('tcp', 'unix'), 'tcp'), 'What `addr` is: an address, or the path of a unix socket.'),
  host: key(
    z.optional(host),
    'The URL by which clients reach the registry, such as `https://registry.example.com`, used in `Location` headers.',
  ),
  prefix: key(z.prefault(prefix, ''), 'A path before `/v2/`, such as `/registry/`.'),
  secret: key(
    z.optional(text()),
    'Signs the URLs of uploads. Replicas need the same one; without it one is made and kept in the storage.',
    { secret: true },
  ),
  relativeurls: key(z.optional(flag()), '`Location` headers without scheme and host: always, or never; absent: as the request suggests.'),
  draintimeout: key(
    z.prefault(duration({ to: longestTimer }), '0'),
    'How long running requests may take to finish when the process is told to stop; 0 waits for none.',
  ),
  headers: key(
    z.prefault(z.record(headerName, z.array(headerValue())), {}),
    'Headers that every answer carries, such as `Strict-Transport-Security: [max-age=63072000]`. They replace those that keep browsers and caches from harm (docs/security.md); an empty list takes one away.',
  ),
  timeouts: key(timeouts, 'Time limits; 0 switches one off. Not in Distribution.'),
  maxconnections: key(
    z.prefault(whole({ from: 1 }), 10_000),
    'How many connections may be open at once. For one more, the oldest with no request under way is closed; where all are at work, the new one. Not in Distribution.',
  ),
  maxheadersize: key(
    z.prefault(whole({ from: 4096, to: 1_048_576 }), 16_384),
    "How many bytes a request's headers may have together. Not in Distribution.",
  ),
  tls,
  redirect: key(
    section({
      addr: key(textOrNothing(), 'Where, such as `:80`, in the forms of `http.addr`.'),
    }),
    'A second address, for plain HTTP beside TLS: it sends clients to HTTPS, and answers `/healthz`, `/readyz` and the questions of an ACME server. Not in Distribution.',
  ),
  trustedproxies: key(
    z.prefault(z.array(proxyAddress()), []),
    'The proxies before the registry that are believed when they tell who asks and by which URL (`X-Forwarded-For`, `-Proto`, `-Host`, `-Port`, or `Forwarded`): addresses such as `10.0.0.7`, networks such as `10.0.0.0/8`, or `unix` for whoever comes by a unix socket. From all others these headers mean nothing. Not in Distribution.',
  ),
  http2: section({
    disabled: key(z.prefault(flag(), false), 'Speaks HTTP/1.1 alone by TLS.'),
  }),
  h2c: section({
    enabled: key(z.prefault(flag(), false), 'Speaks HTTP/2 without TLS too, to clients that begin with it.'),
  }),
  debug,
})

const addressComplaint = (value: unknown): string | undefined => {
  const { addr, net } = fieldsToCheck.safeParse(value).data ?? {}
  return addr === undefined ? undefined : complaintOf(addr, net)
}

function complaintOf(addr: string, net?: 'tcp' | 'unix'): string | undefined {
  try {
    parseAddress(addr, net)
    return undefined
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return error.message
  }
}
const fieldsToCheck = z.object({ addr: z.string(), net: z.enum(['tcp', 'unix']) })

export const http = key(
  fields.check(
    z.refine(({ addr, debug }) => addr !== debug.addr || addr.endsWith(':0'), {
      path: ['debug', 'addr'],
      error: 'must be another address than http.addr',
    }),
    z.refine(value => addressComplaint(value) === undefined, {
      path: ['addr'],
      error: ({ input }) => addressComplaint(input),
      // Even where another key of this section is wrong: a person wants to hear of both.
      when: () => true,
    }),
    ({ value, issues }) => {
      const { redirect, tls } = value
      if (redirect.addr === undefined) return
      const complaint = !speaksTls(tls) ? 'leads nowhere without http.tls' : complaintOf(redirect.addr)
      if (complaint !== undefined) issues.push({ code: 'custom', input: value, path: ['redirect', 'addr'], message: complaint })
    },
  ),
  'How the registry is reached.',
)
