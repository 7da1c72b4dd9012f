import type { IncomingHttpHeaders } from 'node:http'
import type { ApiSettings, Context } from '../api/context.ts'
import { empty, type Reply } from '../api/reply.ts'
import { type Route, routes, tokenRoutes, uiRoutes } from '../api/routes.ts'
import type { Gate } from '../auth/gate.ts'
import type { TokenOffice } from '../auth/local/token-office.ts'
import { Denied } from '../auth/refusals.ts'
import { endOfTurn } from '../concurrency/end-of-turn.ts'
import { precedence } from '../concurrency/precedence.ts'
import type { Log } from '../ops/log.ts'
import type { Tracing } from '../ops/tracing.ts'
import { DamagedManifest } from '../registry/damaged-manifest.ts'
import { RegistryError } from '../registry/errors.ts'
import type { Registry } from '../registry/registry.ts'
import type { Ui } from '../ui/ui.ts'
import { type Exchange, logAccess, statusOf } from './access-log.ts'
import { circumstancesOf, originOf, refusalOf, type Told } from './circumstances.ts'
import { allowOf, errorReply, registryErrors } from './error-reply.ts'
import { tellToGoOn } from './expect-continue.ts'
import { origins } from './forwarded.ts'
import type { HttpRequest, HttpResponse } from './messages.ts'
import { refuseForged } from './refuse-forged.ts'
import { refuseUnclear } from './refuse-unclear.ts'
import { ClientGone, requestBody } from './request-body.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { respond } from './respond.ts'
import { createRouter, type Match } from './router.ts'
import { safeHeaders } from './safe-headers.ts'
import { createSlabs } from './slabs.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** @returns `undefined`: there is nothing for this client here */
export type Page = (headers: IncomingHttpHeaders) => Promise<Reply | undefined>

export interface PipelineOptions {
  registry: Registry
  settings: ApiSettings
  log: Log
  /** Not logged request by request (`log.accesslog.disabled`). */
  quiet: boolean
  /** On every answer (`http.headers`). */
  headers: Readonly<Record<string, readonly string[]>>
  /** `http.prefix` */
  prefix: string
  /** Scheme and host that clients reach us by (`http.host`), where it is configured. */
  host?: string | undefined
  /** Milliseconds that a body may stall, in either direction. */
  bodyTimeout: number
  /** Answers outside the API, by path: `/healthz` and such. One that has nothing for this client leaves him to the API. */
  pages: ReadonlyMap<string, Page>
  /** What the page is told; absent: there is none. */
  ui?: Ui | undefined
  /** Whether all that is checked passes; absent: nothing is. */
  healthy?: (() => boolean) | undefined
  /** Who is told of what happens. */
  told?: Told | undefined
  /** Who is let in; absent: everybody. */
  gate?: Gate | undefined
  /** Where tokens are had; absent: not here. */
  tokens?: TokenOffice | undefined
  metrics?: RequestMetrics | undefined
  tracing?: Tracing | undefined
  /** Who is believed to tell on whose behalf he asks (`http.trustedproxies`); absent: nobody. */
  trusted?: TrustedProxies | undefined
  requestId: () => string
  /** A clock for durations, in milliseconds. */
  clock: () => number
}

/** What happens to every request: id → access log → route → gate → handler → answer, or error body. */
export function createPipeline(options: PipelineOptions): (request: HttpRequest, response: HttpResponse) => Promise<void> {
  const { log, quiet, prefix, host, bodyTimeout, pages, told, gate, tokens, ui, requestId, clock, metrics, tracing } = options
  const route = createRouter([...routes, ...(tokens ? tokenRoutes : []), ...(ui ? uiRoutes : [])])
  const slabs = createSlabs()
  const order = precedence(turnsToGive)
  const cameFrom = origins(options.trusted)
  const always = { ...safeHeaders, ...lowerCase(options.headers), 'docker-distribution-api-version': 'registry/2.0' }

  async function answer(exchange: Exchange, signal: AbortSignal): Promise<Reply> {
    const { request, response, remoteAddress: address, base } = exchange
    const refusal = refuseUnclear(request)
    if (refusal) return refusal
    const { method = 'GET', url = '/', headers } = request
    const [target, query] = splitOnce(originForm(url), '?')
    const page = method === 'GET' || method === 'HEAD' ? pages.get(target) : undefined
    const shown = page && (await page(headers))
    if (shown) {
      exchange.route = target
      return shown
    }
    if (target === '/' && (method === 'GET' || method === 'HEAD')) {
      exchange.route = target
      return alive(options)
    }
    if (!target.startsWith(prefix)) throw new RegistryError('UNSUPPORTED', { reason: `everything is below ${prefix}` }, { status: 404 })

    let match: Match
    try {
      match = route(method, target.slice(prefix.length))
    } catch (error) {
      // Whoever may not come in is not told either which paths there are.
      await gate?.admit({ authorization: headers.authorization, scope: 'none', repository: '', address, base })
      const allow = method === 'OPTIONS' ? allowOf(error) : undefined
      // By this a browser learns whether a page of another site may ask: as far as `http.headers` grants it (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
      if (allow !== undefined) return empty(200, { allow })
      throw error
    }
    const { route: found, params } = match
    exchange.asked = match
    exchange.route = found.pattern
    metrics?.routed(exchange, found)
    if (found.scope !== 'open') refuseForged(method, headers, [base(), host])
    const parameters = query === '' ? noQuery : new URLSearchParams(query)
    if (gate && found.scope !== 'open') {
      const { authorization } = headers
      const admission = { authorization, scope: found.scope, repository: params.name, source: found.source?.(parameters), address, base }
      exchange.caller = await gate.admit(admission)
      if (found.also) await gate.admit({ ...admission, scope: found.also })
    }
    refuseIfForbidden(found, options.settings)
    refuseIfUnhealthy(options)
    const begin = () => tellToGoOn(request, response)
    const body = requestBody(request, { stallTimeout: bodyTimeout, slabs, order, begin, passed: exchange })
    const asked = { method, headers, query: parameters, body, base }
    const listener = found.scope === 'pull' ? told?.pulls : told?.writes
    const context: Context = {
      registry: options.registry,
      settings: options.settings,
      request: asked,
      params,
      caller: exchange.caller,
      tokens,
      ui,
      address,
      tell: listener && told && (happening => listener(happening, circumstancesOf(exchange, asked, told.locate))),
      signal,
    }
    return found.handler(context)
  }

  return async (request, response) => {
    const id = requestId()
    const gone = new AbortController()
    const { remoteAddress, base } = cameFrom(request)
    const exchange: Exchange = {
      id,
      request,
      response,
      remoteAddress,
      base,
      started: clock(),
      written: 0,
      received: 0,
      sent: 0,
      route: undefined,
      uploads: false,
      traceId: undefined,
    }
    metrics?.began(exchange)
    const span = tracing && spanOf(tracing, exchange)
    response.on('close', () => {
      if (metrics || !quiet) {
        const ended = clock()
        if (!quiet) logAccess(log, exchange, ended)
        metrics?.ended(exchange, ended)
      }
      span?.end({ route: exchange.route, status: statusOf(exchange) })
      if (!response.writableFinished) gone.abort(new ClientGone('the client left'))
    })
    await (span ? span.within(() => carryOut(exchange, gone.signal)) : carryOut(exchange, gone.signal))
  }

  async function carryOut(exchange: Exchange, signal: AbortSignal): Promise<void> {
    const { id, response } = exchange
    try {
      const reply = await answer(exchange, signal).catch(error => failed(error, exchange, signal))
      if (reply.user !== undefined) exchange.user = reply.user
      await endOfTurn()
      // Whoever left while it was prepared: a file or a connection that nobody reads would stay open.
      if (response.destroyed) await reply.close?.()
      else await respond(exchange, reply, { ...always, 'x-request-id': id }, bodyTimeout)
    } catch (error) {
      if (!(error instanceof ClientGone)) log.error('the answer broke off', { 'http.request.id': id, error })
      response.destroy()
    }
  }

  function failed(error: unknown, exchange: Exchange, signal: AbortSignal): Reply {
    if (error instanceof ClientGone) throw error
    if (error instanceof Denied) exchange.caller = error.caller
    const [first] = registryErrors(error)
    const isOurs = first.status >= 500 || first.cause instanceof DamagedManifest
    if (isOurs && !signal.aborted) log.error(first.message, { 'http.request.id': exchange.id, error })
    const refusal = told?.refusals && refusalOf(exchange, first)
    if (refusal) told?.refusals?.(refusal, originOf(exchange))
    return errorReply(error)
  }
}

/** A body gives way to earlier ones in so many turns: about as many slabs of theirs, some 128 MiB. Then they share. */
const turnsToGive = 256

const noQuery = new URLSearchParams()

/** What many platforms probe, because Distribution answers it, without a password: 200 with nothing in it, or 503. */
function alive(options: PipelineOptions): Reply {
  refuseIfUnhealthy(options)
  return empty(200)
}

/** Distribution says no more either. Which check it is, only the log and the pages for operators tell. */
function refuseIfUnhealthy({ healthy }: PipelineOptions): void {
  if (healthy?.() === false) throw new RegistryError('UNAVAILABLE', { reason: 'a health check failed; /readyz says which' })
}

function spanOf(tracing: Tracing, exchange: Exchange) {
  const { request, remoteAddress } = exchange
  const { method = 'GET', url = '/', headers, socket } = request
  const span = tracing.request({ method, url, headers, remoteAddress, secure: socket.encrypted === true })
  exchange.traceId = span.traceId
  return span
}

/** So that an answer's own header takes the place of a configured one, however that is spelled. */
const lowerCase = (headers: PipelineOptions['headers']) =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]))

/** What the configuration forbids, whoever asks. The 405 tells what is left of the methods (RFC 9110, section 15.5.6). */
function refuseIfForbidden(asked: Route, settings: ApiSettings): void {
  const reason = reasonAgainst(asked, settings)
  if (!reason) return
  const allowed = routes.filter(route => route.pattern === asked.pattern && !reasonAgainst(route, settings)).map(({ method }) => method)
  throw new RegistryError('UNSUPPORTED', { reason, allowed })
}

function reasonAgainst({ method, scope }: Route, { deleteEnabled, readOnly }: ApiSettings): string | undefined {
  // How far an upload came may be asked by those alone who may push, and writes nothing: Distribution tells it too.
  if (readOnly && method !== 'GET' && (scope === 'push' || scope === 'delete')) {
    return 'the registry is read-only (storage.maintenance.readonly.enabled)'
  }
  return scope === 'delete' && !deleteEnabled ? 'deleting is switched off (storage.delete.enabled)' : undefined
}

/** A server must understand a target with scheme and host, though only proxies are sent one (RFC 9112, section 3.2.2). */
const originForm = (target: string) => (target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, ''))

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
