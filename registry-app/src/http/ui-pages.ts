import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { empty, notModified, type Reply, type ReplyHeaders } from '../api/reply.ts'
import type { Page } from './pipeline.ts'

interface Ready {
  readonly compressed: Buffer
  readonly headers: ReplyHeaders
  readonly etag: string
}

/**
 * The page at `<prefix>/ui/`, to which `<prefix>/` leads browsers; who does not ask for HTML is answered as if there were none.
 *
 * @param prefix `http.prefix`
 * @param load gives one HTML file, gzipped; called once, when somebody looks
 */
export function uiPages(prefix: string, load: () => Promise<Buffer>): Map<string, Page> {
  let ready: Promise<Ready> | undefined
  const page = async (headers: IncomingHttpHeaders): Promise<Reply> => {
    ready ??= load()
      .then(prepare)
      .catch(error => {
        ready = undefined
        throw error
      })
    return answer(headers, await ready)
  }
  const lead: Page = async () => redirect(`${prefix}/ui/`)
  return new Map([
    [`${prefix}/ui/`, page],
    [`${prefix}/ui`, lead],
    [`${prefix}/`, async headers => (wantsHtml(headers) ? redirect(`${prefix}/ui/`) : undefined)],
  ])
}

const redirect = (location: string) => empty(302, { location, vary: 'accept' })

/** Browsers name it first; whatever else comes to `/` takes anything, or names nothing. */
const wantsHtml = ({ accept = '' }: IncomingHttpHeaders) => /(^|,)\s*text\/html\b/i.test(accept)

async function prepare(compressed: Buffer): Promise<Ready> {
  const html = (await promisify(gunzip)(compressed)).toString()
  const etag = `"${createHash('sha256').update(compressed).digest('base64url')}"`
  return {
    compressed,
    etag,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      // A new release is a new page, so a browser has to ask each time.
      'cache-control': 'no-cache',
      'content-security-policy': policyFor(html),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      vary: 'accept-encoding',
      etag,
    },
  }
}

async function answer(asked: IncomingHttpHeaders, { compressed, headers, etag }: Ready): Promise<Reply> {
  if (asked['if-none-match']?.split(',').some(each => each.trim().replace(/^W\//, '') === etag)) return notModified(headers)
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(asked['accept-encoding'] ?? '')
  if (takesGzip) return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed }
  return { status: 200, headers, body: await promisify(gunzip)(compressed) }
}

/** Exactly this script and these styles, and connections to this registry alone. */
export function policyFor(html: string): string {
  const hashes = (element: string) =>
    [...html.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g'))]
      .map(([, content = '']) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`)
      .join(' ')
  return [
    "default-src 'none'",
    `script-src ${hashes('script')}`,
    `style-src ${hashes('style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}
