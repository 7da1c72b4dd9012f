import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleTracing, run } from '../http/support/child-process.ts'
import { eventually } from '../http/support/eventually.ts'
import { type Call, send } from '../http/support/trial-server.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startCollector } from './support/collector.ts'
import { startSmallStore } from './support/small-store.ts'

beforeAll(() => void bundleTracing(), 60_000)

const server = 2
const client = 3

async function serving(environment: Record<string, string>, storage = 'inmemory') {
  const command = run({
    arguments: ['serve'],
    folder: await temporaryFolder(),
    environment: {
      REGISTRY_HTTP_ADDR: '127.0.0.1:0',
      REGISTRY_HTTP_SECRET: 'secret',
      REGISTRY_STORAGE: storage,
      REGISTRY_LOG_FORMATTER: 'json',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      ...environment,
    },
  })
  const [, port] = await command.until(/addresses":"http:\/\/[^ "]*:(\d+)/)
  return { command, call: (call: Call) => send(call, { host: '127.0.0.1', port: Number(port) }) }
}

const inBucket = (endpoint: string) =>
  `{s3: {bucket: b, region: r, regionendpoint: "${endpoint}", accesskey: a, secretkey: s, retrytime: 2s}, redirect: {disable: true}}`

/** As a client sends it that traces too (W3C Trace Context). */
const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`

describe('a request', () => {
  test('is a span below that of its client, with what HTTP says of it, and its trace is in the access log', async () => {
    const { endpoint, spans } = await startCollector()
    const { call, command } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    await call({ path: '/v2/some/image/tags/list?n=5', headers: { traceparent, 'user-agent': 'docker/29', host: 'registry.test' } })
    await eventually(() => spans().length).toBe(1)
    expect(spans()[0]).toMatchObject({
      name: 'GET /v2/<name>/tags/list',
      kind: server,
      traceId: caller.traceId,
      parentSpanId: caller.spanId,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v2/<name>/tags/list',
        'http.response.status_code': 404,
        'url.path': '/v2/some/image/tags/list',
        'url.scheme': 'http',
        'server.address': 'registry.test',
        'client.address': '127.0.0.1',
        'user_agent.original': 'docker/29',
      },
      resource: { 'service.name': 'registry', 'service.version': expect.stringMatching(/^\d/) },
    })
    await command.until(new RegExp(`"trace_id":"${caller.traceId}"`))
  })

  test('begins a trace of its own where its client has none', async () => {
    const { endpoint, spans } = await startCollector()
    const { call } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    await call({ path: '/v2/' })
    await eventually(() => spans().map(({ parentSpanId }) => parentSpanId)).toEqual([undefined])
    expect(spans()[0]?.traceId).toMatch(/^[\da-f]{32}$/)
  })

  test('never shows the state of an upload', async () => {
    const { endpoint, posts, spans } = await startCollector()
    const { call } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    const { headers } = await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })
    const state = new URL(headers.location ?? '', 'http://x').searchParams.get('_state') ?? 'none'
    await call({ method: 'PATCH', path: headers.location ?? '', body: 'x' })
    await eventually(() => spans().map(({ name }) => name)).toContain('PATCH /v2/<name>/blobs/uploads/<upload>')
    for (const { body } of posts) expect(body.toString()).not.toContain(state.slice(0, 20))
  })
})

describe('a request to the store', () => {
  test('is a span below that of the request that needs it, and within its time', async () => {
    const { endpoint, spans } = await startCollector()
    const store = await startSmallStore()
    const { call } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, inBucket(store.endpoint))
    await Promise.all(['one', 'two'].map(tag => call({ path: `/v2/a/manifests/${tag}`, headers: { 'user-agent': tag } })))
    const requests = () => spans().filter(({ kind }) => kind === server)
    await eventually(() => requests().length).toBe(2)
    for (const request of requests()) {
      const below = spans().filter(({ parentSpanId }) => parentSpanId === request.spanId)
      expect(below).toMatchObject([
        {
          name: 'S3/GetObject',
          kind: client,
          traceId: request.traceId,
          attributes: { 'rpc.system': 'aws-api', 'rpc.method': 'GetObject', 'http.response.status_code': 404 },
        },
      ])
      expect(below[0]?.status ?? 0).toBe(0)
      for (const { start, end } of below) expect(request.start <= start && start <= end && end <= request.end).toBe(true)
    }
    // What the registry asks of itself, at its start for one, belongs to nobody.
    expect(
      spans()
        .filter(({ parentSpanId }) => parentSpanId === undefined)
        .every(({ kind }) => kind === server),
    ).toBe(true)
  })

  test('is an error where the store fails, each time that it is asked again', async () => {
    const { endpoint, spans } = await startCollector()
    const store = await startSmallStore()
    const { call } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, inBucket(store.endpoint))
    store.away()
    expect((await call({ path: '/v2/a/manifests/one' })).status).toBe(503)
    await eventually(() => spans().find(({ kind }) => kind === server)).toMatchObject({
      status: 2,
      attributes: { 'http.response.status_code': 503 },
    })
    const asked = spans().filter(({ kind }) => kind === client)
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.map(({ attributes }) => attributes['http.request.resend_count'] ?? 0)).toEqual([...asked.keys()])
    for (const each of asked) expect(each).toMatchObject({ status: 2, attributes: { 'error.type': '503' } })
  })
})

describe("OpenTelemetry's own variables", () => {
  test('name the service, and what is sent along', async () => {
    const { endpoint, spans, posts } = await startCollector()
    const named = {
      OTEL_SERVICE_NAME: 'images',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=value',
    }
    const { call } = await serving({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...named })
    await call({ path: '/v2/' })
    await eventually(() => spans().length).toBe(1)
    expect(spans()[0]?.resource).toMatchObject({ 'service.name': 'images', 'deployment.environment.name': 'production' })
    expect(posts[0]).toMatchObject({ path: '/v1/traces', key: 'value' })
  })

  test('speak protobuf unless they say otherwise', async () => {
    const { endpoint, posts } = await startCollector()
    const { call } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: '' })
    await call({ path: '/v2/' })
    await eventually(() => posts.length).toBe(1)
    expect(posts[0]?.type).toBe('application/x-protobuf')
    expect(posts[0]?.body.includes('GET /v2/')).toBe(true)
  })

  test('send what is left before the process ends', async () => {
    const { endpoint, spans } = await startCollector()
    const { call, command } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '60000' })
    await call({ path: '/v2/' })
    command.kill('SIGTERM')
    expect(await command.exit).toBe(0)
    expect(spans().length).toBe(1)
  })

  test('name a collector that is away: the process ends all the same', async () => {
    const { call, command } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    expect((await call({ path: '/v2/' })).status).toBe(200)
    command.kill('SIGTERM')
    expect(await command.exit).toBe(0)
  })

  test('let a client decide that its requests are not traced', async () => {
    const { endpoint, posts } = await startCollector()
    const { call, command } = await serving({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    await call({ path: '/v2/', headers: { traceparent: `${traceparent.slice(0, -2)}00` } })
    command.kill('SIGTERM')
    await command.exit
    expect(posts).toEqual([])
  })
})

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }

describe('without the second file', () => {
  async function alone(environment: Record<string, string>) {
    const folder = await temporaryFolder()
    const program = join(folder, 'registry.mjs')
    await copyFile(bundleTracing(), program)
    return run({ arguments: ['serve'], folder, program, environment: { REGISTRY_HTTP_ADDR: '127.0.0.1:0', ...environment } })
  }

  test('a registry that shall trace does not start, and says what lacks', async () => {
    const command = await alone(collector)
    expect(await command.exit).toBe(1)
    expect(command.stderr()).toMatch(/OTEL_\* variables ask for traces.*put registry-tracing\.mjs of the same version beside registry\.mjs/)
    expect(command.stderr()).not.toMatch(/^\s+at /m)
  })

  test('every other one starts', async () => {
    await (await alone({})).until(/msg="listening"/)
  })
})
