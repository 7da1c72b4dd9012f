import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import type { StoreRequest } from '../ops/metrics/store-metrics.ts'
import type { Tracing } from '../ops/tracing.ts'
import { requestAttributes, storeAttributes } from './attributes.ts'
import { samplerFrom } from './sampler.ts'
import { processorFrom } from './span-processor.ts'

export interface TracingOptions {
  /** Of it, `OTEL_*` is read; the exporter reads its own (`OTEL_EXPORTER_OTLP_*`) from the process. */
  environment: Readonly<Record<string, string | undefined>>
  version: string
  /** Told what goes wrong with sending spans. */
  warn: (message: string, fields: Record<string, unknown>) => void
}

/** A collector that does not answer must not keep a process from ending. Milliseconds. */
const longestStop = 3000

/** What makes spans, and sends them. @throws RangeError if a variable asks for what there is not */
export function openTelemetry({ environment, version, warn }: TracingOptions): Tracing {
  const says = (message: string, ...details: unknown[]) =>
    warn('OpenTelemetry has trouble', { message, details: details.map(String).join(' ') })
  diag.setLogger({ error: says, warn: says, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN)

  const named = resourceFromAttributes({ 'service.name': 'registry', 'service.version': version })
  const provider = new TracerProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerFrom(environment),
    spanProcessors: [processorFrom(environment)],
  })
  const tracer = provider.getTracer('bucket-registry', version)
  /** Not the API's own context manager: nothing but these two kinds of spans needs to know which request it belongs to. */
  const here = new AsyncLocalStorage<Context>()
  const propagator = new W3CTraceContextPropagator()

  return {
    request(request) {
      const above = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
      const span = tracer.startSpan(
        request.method,
        { kind: SpanKind.SERVER, startTime: instant(), attributes: requestAttributes(request) },
        above,
      )
      const within = trace.setSpan(above, span)
      return {
        traceId: span.spanContext().traceId,
        within: work => here.run(within, work),
        end({ route, status }) {
          if (route !== undefined) span.updateName(`${request.method} ${route}`).setAttribute('http.route', route)
          span.setAttribute('http.response.status_code', status)
          if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR })
          span.end(instant())
        },
      }
    },
    storeRequest(request) {
      const within = here.getStore()
      if (within) recordStoreRequest(tracer, within, request)
    },
    async stop() {
      const sent = provider.shutdown().catch((error: unknown) => says('the last spans could not be sent', error))
      await Promise.race([sent, sleep(longestStop)])
    },
  }
}

/** Milliseconds since 1970, with their fractions. For all spans by one clock: by their own, which begin at whole ones, one may end before another that is within it. */
const instant = () => performance.timeOrigin + performance.now()

/** It is over when it is told of, so both its ends are known. */
function recordStoreRequest(tracer: Tracer, within: Context, request: StoreRequest): void {
  const end = instant()
  const span = tracer.startSpan(
    `S3/${request.operation}`,
    { kind: SpanKind.CLIENT, startTime: end - request.durationMs, attributes: storeAttributes(request) },
    within,
  )
  // What is not there is an answer like any other: a registry asks whether something is.
  if (request.status === undefined || request.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(end)
}
