import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DebugPagesOptions, debugPages } from '../../../registry-app/src/http/debug-pages.ts'
import { healthOf } from '../../../registry-app/src/ops/health.ts'
import { send } from './support/trial-server.ts'

async function served(options: Partial<DebugPagesOptions> = {}) {
  const handle = debugPages({ health: healthOf([]), ...options })
  const server = createServer((request, response) => void handle(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return async (path: string, method = 'GET') => {
    const { status, headers, body } = await send({ path, method }, { host: '127.0.0.1', port })
    return { status, type: headers['content-type'], body: body.toString() }
  }
}

describe('/debug/health', () => {
  test('is 200 and names nothing where every check passes', async () => {
    const ask = await served({ health: healthOf([{ name: 'storagedriver_s3', failure: undefined }]) })
    expect(await ask('/debug/health')).toEqual({ status: 200, type: 'application/json', body: '{}' })
  })

  test('is 503, with what fails and why, as Distribution has it', async () => {
    const watched = [
      { name: 'storagedriver_s3', failure: undefined },
      { name: '/tmp/down', failure: 'file exists' },
    ]
    const ask = await served({ health: healthOf(watched) })
    expect(await ask('/debug/health')).toMatchObject({ status: 503, body: '{"/tmp/down":"file exists"}' })
  })
})

describe('metrics', () => {
  const metrics = { path: '/metrics', text: () => '# HELP x X.\n' }

  test('are served at their path, in the format of Prometheus', async () => {
    const ask = await served({ metrics })
    expect(await ask('/metrics?x=y')).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: '# HELP x X.\n' })
    expect(await ask('/metrics', 'HEAD')).toMatchObject({ status: 200, body: '' })
    expect(await ask('/metrics', 'POST')).toMatchObject({ status: 405 })
  })

  test('are not there where they are not enabled', async () => {
    expect(await (await served())('/metrics')).toMatchObject({ status: 404, body: 'here are /debug/health\n' })
  })
})

test('profiles are not there, and a sentence says what is in their place', async () => {
  const ask = await served()
  for (const path of ['/debug/pprof', '/debug/pprof/heap'])
    expect(await ask(path)).toMatchObject({ status: 404, body: expect.stringContaining('--cpu-prof') })
})

test('/debug/vars, which shows the configuration in Distribution, is not there', async () => {
  expect(await (await served())('/debug/vars')).toMatchObject({ status: 404 })
})
