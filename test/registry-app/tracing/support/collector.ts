import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A span as OTLP's JSON has it (opentelemetry-proto, `trace.proto`), its attributes by name. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly start: bigint
  readonly end: bigint
  readonly status: number | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Collector {
  readonly endpoint: string
  /** What was posted: where, as what, and the body. */
  readonly posts: { readonly path: string; readonly type: string | undefined; readonly key: unknown; readonly body: Buffer }[]
  /** All that came as JSON. */
  spans(): ReceivedSpan[]
}

/** A receiver of OTLP over HTTP, until the test is over. */
export async function startCollector(): Promise<Collector> {
  const posts: Collector['posts'] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', () => {
      const { 'content-type': type, 'x-key': key } = request.headers
      posts.push({ path: request.url ?? '', type, key, body: Buffer.concat(pieces) })
      response.writeHead(200, { 'content-type': type ?? 'application/json' }).end(type === 'application/json' ? '{}' : '')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    posts,
    spans: () => posts.filter(({ type }) => type === 'application/json').flatMap(({ body }) => spansIn(JSON.parse(body.toString()))),
  }
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string }
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

interface Span {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code?: number }
  readonly attributes: readonly Attribute[]
}

const byName = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]))

function spansIn({ resourceSpans }: Export): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, kind, traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, status, attributes }) => ({
        name,
        kind,
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        start: BigInt(startTimeUnixNano),
        end: BigInt(endTimeUnixNano),
        status: status?.code,
        attributes: byName(attributes),
        resource: byName(resource.attributes),
      })),
    ),
  )
}
