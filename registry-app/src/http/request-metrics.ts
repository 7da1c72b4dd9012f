import { type Route, routes } from '../api/routes.ts'
import type { Counter, Histogram, MetricSet } from '../ops/metrics/metric-set.ts'
import { type Exchange, statusOf } from './access-log.ts'

/** Told of every request at three moments. */
export interface RequestMetrics {
  began(exchange: Exchange): void
  /** It goes to an end-point of the API. */
  routed(exchange: Exchange, route: Route): void
  ended(exchange: Exchange, at: number): void
}

/** Seconds: a manifest from memory takes a fraction of a millisecond, a push of a large layer minutes. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** Any other word of a client's would be a series of its own. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Those by which the bytes of a blob come in. */
const uploads = new Set(routes.filter(({ pattern, method }) => pattern.includes('/blobs/uploads/') && /^(POST|PATCH|PUT)$/.test(method)))

/** What one end-point is asked by one method, each series looked up once. */
interface Series {
  readonly codes: Map<number, Counter>
  readonly durations: Histogram
  readonly received: Counter
  readonly sent: Counter
}

/** Requests by route (its pattern, never a repository's name), method and status. */
export function requestMetrics(set: MetricSet): RequestMetrics {
  const requests = set.counter('registry_http_requests_total', 'Requests by route, method and status; 499: the client left.', [
    'route',
    'method',
    'code',
  ])
  const durations = set.histogram(
    'registry_http_request_duration_seconds',
    'How long a request took, to the last byte of its answer.',
    ['route', 'method'],
    bounds,
  )
  const received = set.counter('registry_http_received_bytes_total', 'Bytes of bodies that clients sent.', ['route', 'method'])
  const sent = set.counter('registry_http_sent_bytes_total', 'Bytes of bodies that clients were sent.', ['route', 'method'])
  let inFlight = 0
  let uploading = 0
  set.gauge('registry_http_requests_in_flight', 'Requests that are being answered.', () => inFlight)
  set.gauge('registry_uploads_in_flight', 'Of them, those that bring bytes of a blob.', () => uploading)

  const byRoute = new Map<string, Map<string, Series>>()
  function seriesOf(route: string, method: string): Series {
    const known = byRoute.get(route)?.get(method)
    if (known) return known
    const series = {
      codes: new Map<number, Counter>(),
      durations: durations(route, method),
      received: received(route, method),
      sent: sent(route, method),
    }
    byRoute.set(route, (byRoute.get(route) ?? new Map<string, Series>()).set(method, series))
    return series
  }
  function codeOf({ codes }: Series, route: string, method: string, code: number): Counter {
    const known = codes.get(code)
    if (known) return known
    const counter = requests(route, method, String(code))
    codes.set(code, counter)
    return counter
  }

  return {
    began() {
      inFlight += 1
    },
    routed(exchange, route) {
      if (!uploads.has(route)) return
      exchange.uploads = true
      uploading += 1
    },
    ended(exchange, at) {
      inFlight -= 1
      if (exchange.uploads) uploading -= 1
      const { route = 'other', request } = exchange
      const method = methods.has(request.method ?? '') ? (request.method ?? '') : 'other'
      const series = seriesOf(route, method)
      codeOf(series, route, method, statusOf(exchange)).add()
      series.durations.observe((at - exchange.started) / 1000)
      if (exchange.received > 0) series.received.add(exchange.received)
      if (exchange.sent > 0) series.sent.add(exchange.sent)
    },
  }
}
