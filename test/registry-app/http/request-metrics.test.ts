import { describe, expect, test } from 'vitest'
import { requestMetrics } from '../../../registry-app/src/http/request-metrics.ts'
import { type MetricSet, metricSet } from '../../../registry-app/src/ops/metrics/metric-set.ts'
import { content, sha256 } from '../support/bytes.ts'
import { image, pushBlob, pushManifest } from '../support/images.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { trialServer } from './support/trial-server.ts'

async function measured() {
  const set = metricSet()
  const server = await trialServer({
    pipeline: { metrics: requestMetrics(set), pages: new Map([['/healthz', async () => ({ status: 200 })]]) },
  })
  return { ...server, has: (line: string) => eventually(() => lines(set)).toContain(line), lines: () => lines(set) }
}

const lines = (set: MetricSet) => set.text().split('\n')

const manifests = '/v2/<name>/manifests/<reference>'
const uploads = '/v2/<name>/blobs/uploads/'

describe('a request is counted', () => {
  test('by its route, its method and its status, whatever the repository is called', async () => {
    const { call, registry, has, lines } = await measured()
    await pushManifest(registry, 'a/b', image({ config: await pushBlob(registry, 'a/b', '{}') }), { as: 'latest' })
    for (const path of ['/v2/a/b/manifests/latest', '/v2/a/b/manifests/latest', '/v2/a/b/manifests/none']) await call({ path })
    await call({ method: 'HEAD', path: '/v2/a/b/manifests/latest' })
    await has(`registry_http_requests_total{route="${manifests}",method="GET",code="200"} 2`)
    await has(`registry_http_requests_total{route="${manifests}",method="GET",code="404"} 1`)
    await has(`registry_http_requests_total{route="${manifests}",method="HEAD",code="200"} 1`)
    await has(`registry_http_request_duration_seconds_count{route="${manifests}",method="GET"} 3`)
    expect(lines().join()).not.toContain('a/b')
  })

  test.each([
    ['GET', '/nothing/at/all', 'other', 'GET', 404],
    ['PROPFIND', '/v2/', 'other', 'other', 405],
    ['GET', '/healthz', '/healthz', 'GET', 200],
    ['GET', '/v2/UPPER/tags/list', 'other', 'GET', 400],
  ])('%s %s as %s', async (method, path, route, counted, code) => {
    const { port, has } = await measured()
    const raw = await openSocket(port)
    await raw.send(head(`${method} ${path}`, { connection: 'close' }))
    await raw.closed
    await has(`registry_http_requests_total{route="${route}",method="${counted}",code="${code}"} 1`)
  })

  test('as 499 where the client left', async () => {
    const { port, has } = await measured()
    const raw = await openSocket(port)
    await raw.send(head(`POST /v2/a/blobs/uploads/?digest=${sha256('x')}`, { 'content-length': 1000 }), content(10))
    await has('registry_uploads_in_flight 1')
    raw.socket.destroy()
    await has(`registry_http_requests_total{route="${uploads}",method="POST",code="499"} 1`)
    await has('registry_uploads_in_flight 0')
    await has('registry_http_requests_in_flight 0')
  })
})

describe('bytes are counted', () => {
  test('as they come in, also those of which no length was told', async () => {
    const { call, has } = await measured()
    const blob = content(100_000)
    const started = await call({ method: 'POST', path: '/v2/a/blobs/uploads/' })
    const chunked = { 'transfer-encoding': 'chunked' }
    await call({ method: 'PATCH', path: started.headers.location ?? '', headers: chunked, body: blob })
    await has('registry_http_received_bytes_total{route="/v2/<name>/blobs/uploads/<upload>",method="PATCH"} 100000')
  })

  test('as they go out, streamed or not, and none for HEAD', async () => {
    const { call, registry, has } = await measured()
    const { digest } = await pushBlob(registry, 'a', content(100_000))
    await call({ path: `/v2/a/blobs/${digest}` })
    await call({ method: 'HEAD', path: `/v2/a/blobs/${digest}` })
    await has('registry_http_sent_bytes_total{route="/v2/<name>/blobs/<digest>",method="GET"} 100000')
    await has('registry_http_sent_bytes_total{route="/v2/<name>/blobs/<digest>",method="HEAD"} 0')
    await pushManifest(registry, 'a', image({ config: await pushBlob(registry, 'a', '{}') }), { as: 'latest' })
    const { body } = await call({ path: '/v2/a/manifests/latest' })
    await has(`registry_http_sent_bytes_total{route="${manifests}",method="GET"} ${body.length}`)
  })
})
