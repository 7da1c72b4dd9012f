import * as z from 'zod/mini'
import { headerName, headerValue } from './headers.ts'
import { key, section } from './key.ts'
import { duration, flag, longestTimer, text, whole } from './kinds.ts'

/** 0 is Go's way to say nothing: then the default holds, as it does in Distribution. */
const orDefault = (milliseconds: number) => z.transform((written: number) => (written > 0 ? written : milliseconds))

const interval = () => key(z.prefault(z.pipe(duration({ to: longestTimer }), orDefault(10_000)), '10s'), 'How often. 0: 10 s.')
const threshold = () => key(z.prefault(whole({ from: 0 }), 0), 'How many failures in a row make the registry unhealthy; 0: the first one.')
const timeout = () =>
  key(
    z.prefault(z.pipe(duration({ to: longestTimer }), orDefault(5000)), '5s'),
    'How long an answer may take; 0: 5 s. In Distribution: no limit.',
  )

const uri = z.string().check(z.refine(written => /^https?:$/.test(URL.parse(written)?.protocol ?? ''), 'must be an http or https URL'))
const addr = text().check(z.regex(/^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i, 'must be host:port, such as db.example.com:5432'))

const file = z.strictObject({
  file: key(text(), 'The registry is unhealthy while this file exists.'),
  interval: interval(),
  threshold: threshold(),
})

const http = z.strictObject({
  uri: key(uri, 'Asked by `HEAD`.', { scalar: 'text', type: 'text', secret: true }),
  headers: key(z.prefault(z.record(headerName, z.array(key(headerValue(), '', { secret: true }))), {}), 'Sent with it.'),
  statuscode: key(
    z.prefault(
      z.pipe(
        whole({ from: 0, to: 599 }),
        z.transform((code: number) => code || 200),
      ),
      200,
    ),
    'What it must be answered with; 0: 200.',
  ),
  timeout: timeout(),
  interval: interval(),
  threshold: threshold(),
})

const tcp = z.strictObject({
  addr: key(addr, 'Where a connection must be possible: `host:port`.'),
  timeout: timeout(),
  interval: interval(),
  threshold: threshold(),
})

export const health = key(
  section({
    storagedriver: section({
      enabled: key(z.prefault(flag(), false), 'Asks the storage again and again whether it is there.'),
      interval: interval(),
      threshold: threshold(),
    }),
    file: key(z.prefault(z.array(file), []), "Files that take the registry out of service. In Distribution's variables: `FILECHECKERS`."),
    http: key(z.prefault(z.array(http), []), "Servers that must answer. In Distribution's variables: `HTTPCHECKERS`."),
    tcp: key(z.prefault(z.array(tcp), []), "Servers that must be reachable. In Distribution's variables: `TCPCHECKERS`."),
  }),
  'Checks of what the registry depends on. While one fails, every request is answered by 503; `/debug/health` at `http.debug.addr` says why.',
)
