import type { IncomingHttpHeaders } from 'node:http'
import type { HttpRequest } from './messages.ts'
import { type TrustedProxies, withoutMapping } from './trusted-proxies.ts'

/** What a client is to us: found out from the connection and, as far as trusted proxies tell it, from the headers. */
export interface Origin {
  /** `undefined` on a unix socket. */
  readonly remoteAddress: string | undefined
  /** Scheme and host by which the client reached us, such as `https://registry.example.com`; `undefined`: it named no host. */
  base(): string | undefined
}

/**
 * @param trusted absent: no header is believed
 * @returns what to ask of each request, at its beginning: a socket that is closed has no address
 */
export function origins(trusted: TrustedProxies | undefined): (request: HttpRequest) => Origin {
  return request => {
    const { headers, socket } = request
    const peer = socket.remoteAddress
    const address = peer?.startsWith('::ffff:') ? withoutMapping(peer) : peer
    const own = socket.encrypted === true ? 'https' : 'http'
    if (trusted === undefined || !trusted(address)) return { remoteAddress: address, base: () => join(own, headers.host) }
    const told = byXForwarded(headers, trusted) ?? byForwarded(headers.forwarded, trusted) ?? {}
    return {
      remoteAddress: told.address ?? address,
      base: () => join(told.scheme ?? own, told.host ?? headers.host, told.port),
    }
  }
}

interface Told {
  address?: string | undefined
  scheme?: string | undefined
  host?: string | undefined
  port?: string | undefined
}

/**
 * The headers that proxies really set. Of a list, the last was written by the proxy that speaks to us: what is before it, a client may have made up.
 * Where there is any of them, `Forwarded` is not looked at: a proxy that does not know it passes on what its client says.
 */
function byXForwarded(headers: IncomingHttpHeaders, trusted: TrustedProxies): Told | undefined {
  const last = (name: string) => items(headers[`x-forwarded-${name}`]).at(-1)
  const addresses = items(headers['x-forwarded-for']).map(bare)
  const told: Told = {
    address: furthest(addresses, trusted),
    scheme: scheme(last('proto')),
    host: host(last('host')),
    port: port(last('port')),
  }
  return Object.values(told).some(value => value !== undefined) ? told : undefined
}

/** RFC 7239. The element that the outermost of the trusted proxies wrote. */
function byForwarded(header: string | undefined, trusted: TrustedProxies): Told | undefined {
  const elements = items(header).map(element => {
    const pairs = [...element.matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/g)]
    return new Map(pairs.map(([, name = '', quoted, token]) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '']))
  })
  const addresses = elements.map(element => bare(element.get('for') ?? ''))
  const at = addresses.findLastIndex(address => !trusted(address))
  const element = elements[Math.max(at, 0)]
  if (!element) return undefined
  return { address: furthest(addresses, trusted), scheme: scheme(element.get('proto')), host: host(element.get('host')) }
}

/** From the nearest on, the first that is no proxy of ours; if all are, the furthest. Beyond it, nothing can be believed. */
function furthest(addresses: readonly string[], trusted: TrustedProxies): string | undefined {
  const address = addresses.findLast(each => !trusted(each)) ?? addresses[0]
  return address === '' ? undefined : address
}

const items = (header: string | readonly string[] | undefined): string[] =>
  // Commas within quotes are part of a value (RFC 9110, section 5.6.4).
  [...(typeof header === 'object' ? header.join(',') : (header ?? '')).matchAll(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g)].map(([item]) =>
    item.trim(),
  )

/** Without a port, brackets, and what belongs in no line of a log: `[2001:db8::1]:4711`, `192.0.2.1:4711`, `unknown`, `_hidden`. */
function bare(address: string): string {
  const [, bracketed, ipv4] = /^(?:\[([\da-f:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/i.exec(address) ?? []
  const plain = bracketed ?? ipv4 ?? address
  return /^[\w.:-]{1,64}$/.test(plain) ? withoutMapping(plain) : ''
}

const scheme = (text: string | undefined) => (/^https?$/i.test(text ?? '') ? text?.toLowerCase() : undefined)
const host = (text: string | undefined) => (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text ?? '') ? text : undefined)
const port = (text: string | undefined) => (/^\d{1,5}$/.test(text ?? '') ? text : undefined)

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443' }

/** @param port where clients knocked, if that is known apart from the host */
function join(scheme: string, host: string | undefined, port?: string): string | undefined {
  if (host === undefined) return undefined
  const hasPort = /:\d+$/.test(host)
  return `${scheme}://${host}${port === undefined || hasPort || port === defaultPorts[scheme] ? '' : `:${port}`}`
}
