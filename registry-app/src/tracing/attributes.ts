import type { Attributes } from '@opentelemetry/api'
import type { StoreRequest } from '../ops/metrics/store-metrics.ts'
import type { TracedRequest } from '../ops/tracing.ts'

/** OpenTelemetry, "Semantic Conventions for HTTP Spans". `url.query` is left out: the state of an upload is in it, and whoever has that can go on with it. */
export function requestAttributes({ method, url, headers, remoteAddress, secure }: TracedRequest): Attributes {
  return {
    'http.request.method': method,
    'url.path': url.replace(/\?.*$/s, ''),
    'url.scheme': secure ? 'https' : 'http',
    ...(remoteAddress !== undefined && { 'client.address': remoteAddress, 'network.peer.address': remoteAddress }),
    ...(typeof headers.host === 'string' && { 'server.address': headers.host.replace(/:\d+$/, '') }),
    ...(typeof headers['user-agent'] === 'string' && { 'user_agent.original': headers['user-agent'] }),
  }
}

/** OpenTelemetry, "Semantic Conventions for AWS SDK Client Spans" and for HTTP. */
export function storeAttributes({ operation, attempt, status, bytesSent, bytesReceived }: StoreRequest): Attributes {
  return {
    'rpc.system': 'aws-api',
    'rpc.service': 'S3',
    'rpc.method': operation,
    'http.request.body.size': bytesSent,
    'http.response.body.size': bytesReceived,
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...((status === undefined || status >= 500) && { 'error.type': status === undefined ? 'no answer' : String(status) }),
  }
}
