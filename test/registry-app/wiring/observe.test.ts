import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RunningCommand, run } from '../http/support/child-process.ts'
import { eventually } from '../http/support/eventually.ts'
import { send } from '../http/support/trial-server.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startSmallStore } from '../tracing/support/small-store.ts'

const metrics = { REGISTRY_HTTP_DEBUG_ADDR: '127.0.0.1:0', REGISTRY_HTTP_DEBUG_PROMETHEUS_ENABLED: 'true' }

interface Served {
  readonly command: RunningCommand
  readonly folder: string
  ask(path: string): ReturnType<typeof send>
  operators(path: string): ReturnType<typeof send>
}

async function serving(environment: Record<string, string>, folder?: string): Promise<Served> {
  const where = folder ?? (await temporaryFolder())
  const command = run({ arguments: ['serve'], folder: where, environment: { REGISTRY_HTTP_ADDR: '127.0.0.1:0', ...environment } })
  const [, port] = await command.until(/addresses"?[=:]"?http:\/\/[^ "]*:(\d+)/)
  const [, operatorsPort] = /operators are served"? at=http:\/\/[^ "]*:(\d+)/.exec(command.stdout()) ?? []
  const to = (of: string | undefined) => (path: string) => send({ path }, { host: '127.0.0.1', port: Number(of) })
  return { command, folder: where, ask: to(port), operators: to(operatorsPort) }
}

describe('a registry with metrics', () => {
  test('serves them to operators, and to nobody else', async () => {
    const { ask, operators } = await serving(metrics)
    expect((await ask('/v2/')).status).toBe(200)
    await eventually(async () => (await operators('/metrics')).body.toString()).toMatch(
      /^registry_http_requests_total\{route="\/v2\/",method="GET",code="200"\} 1$/m,
    )
    const text = (await operators('/metrics')).body.toString()
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_eventloop_active_seconds_total',
    ]) {
      expect(Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]), name).toBeGreaterThanOrEqual(0)
    }
    expect(text).toMatch(new RegExp(`^registry_build_info\\{version="[\\d.]+",node="${process.versions.node}"\\} 1$`, 'm'))
    for (const path of ['/metrics', '/debug/health']) expect((await ask(path)).status).toBe(404)
  })

  test('on a bucket tells what the store was asked, what was remembered, and what uploads may hold', async () => {
    const { endpoint, away } = await startSmallStore()
    const s3 = `{bucket: b, region: r, regionendpoint: "${endpoint}", accesskey: a, secretkey: s, retrytime: 2s, uploadmemory: 20971520}`
    const storage = { REGISTRY_STORAGE: `{s3: ${s3}, redirect: {disable: true}}`, REGISTRY_HTTP_SECRET: 'secret' }
    const { ask, operators } = await serving({ ...metrics, ...storage })
    expect((await ask('/v2/a/manifests/latest')).status).toBe(404)
    away()
    expect((await ask('/v2/a/manifests/latest')).status).toBe(503)
    const samples = (await operators('/metrics')).body.toString().split('\n')
    for (const line of [
      'registry_s3_requests_total{operation="GetObject",result="4xx"} 1',
      'registry_cache_requests_total{cache="reads",result="miss"} 2',
      'registry_cache_requests_total{cache="manifests",result="hit"} 0',
      'registry_upload_memory_limit_bytes 20971520',
      'registry_upload_memory_used_bytes 0',
    ]) {
      expect(samples).toContain(line)
    }
    expect(samples.some(line => /^registry_s3_retries_total\{operation="GetObject"\} [1-9]/.test(line))).toBe(true)
  })

  test('ends with the signal that it is told to end by', async () => {
    const { command } = await serving(metrics)
    command.kill('SIGTERM')
    expect(await command.exit).toBe(0)
  })

  test('has nothing but its health at the debug address where they are not enabled', async () => {
    const { operators } = await serving({ REGISTRY_HTTP_DEBUG_ADDR: '127.0.0.1:0' })
    expect((await operators('/metrics')).status).toBe(404)
    expect((await operators('/debug/health')).body.toString()).toBe('{}')
  })

  test('does not start where the debug address cannot be had, and nothing else goes on', async () => {
    const { operators, command } = await serving(metrics)
    const taken = /operators are served"? at=http:\/\/([^\s"]*)/.exec(command.stdout())?.[1] ?? ''
    expect((await operators('/metrics')).status).toBe(200)
    const environment = { REGISTRY_HTTP_ADDR: '127.0.0.1:0', REGISTRY_HTTP_DEBUG_ADDR: taken }
    const second = run({ arguments: ['serve'], folder: await temporaryFolder(), environment })
    expect(await second.exit).toBe(1)
    expect(second.stderr()).toContain('EADDRINUSE')
  })
})

describe('a registry whose health is watched', () => {
  test('answers 503 while a check fails, says which to operators alone, and serves again after', async () => {
    const folder = await temporaryFolder()
    const down = join(folder, 'down')
    const checks = { REGISTRY_HEALTH_FILECHECKERS_0_FILE: down, REGISTRY_HEALTH_FILECHECKERS_0_INTERVAL: '20ms' }
    const { ask, operators } = await serving({ ...metrics, ...checks }, folder)
    expect((await ask('/v2/')).status).toBe(200)

    await writeFile(down, '')
    await eventually(async () => (await ask('/v2/')).status).toBe(503)
    const refused = await ask('/v2/')
    expect(JSON.parse(refused.body.toString())).toMatchObject({ errors: [{ code: 'UNAVAILABLE' }] })
    expect(await operators('/debug/health')).toMatchObject({ status: 503, body: Buffer.from(JSON.stringify({ [down]: 'file exists' })) })
    expect((await operators('/metrics')).body.toString()).toContain(`registry_health_check_up{check="${down}"} 0`)
    const ready = await ask('/readyz')
    expect({ status: ready.status, text: ready.body.toString() }).toMatchObject({
      status: 503,
      text: expect.stringMatching(/^not ready\nstorage: ok\nhealth: failed, 1 of 1/),
    })
    for (const page of [refused, ready]) expect(page.body.toString()).not.toContain(down)
    expect((await ask('/healthz')).status).toBe(200)

    await rm(down)
    await eventually(async () => (await ask('/v2/')).status).toBe(200)
  })
})

/** As a deployment has them that came with its fields. */
const fields = `version: 0.1
log:
  level: info
  fields:
    service: registry
    environment: service
storage:
  inmemory: {}
http:
  addr: 127.0.0.1:0
`

test.each(['text', 'json', 'logstash'])('every line of the log has log.fields, from the first to the last, as %s', async formatter => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'config.yml'), fields)
  const more = { REGISTRY_CONFIGURATION_PATH: 'config.yml', REGISTRY_HTTP_DEBUG_ADDR: '127.0.0.1:0', REGISTRY_LOG_FORMATTER: formatter }
  const { command, ask } = await serving(more, folder)
  await ask('/v2/')
  await ask('/v2/a/manifests/none')
  command.kill('SIGTERM')
  expect(await command.exit).toBe(0)
  const lines = command.stdout().trim().split('\n')
  expect(lines.length).toBeGreaterThanOrEqual(5)
  for (const line of lines) {
    if (formatter === 'text') expect(line).toMatch(/ service=registry environment=service( |$)/)
    else expect(JSON.parse(line)).toMatchObject({ service: 'registry', environment: 'service' })
  }
})
