import { describe, expect, test } from 'vitest'
import { healthPages } from '../../../registry-app/src/http/health-pages.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { type ReadyCheck, storageReady } from '../../../registry-app/src/ops/readiness.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { expectAnswer } from './support/expect-answer.ts'
import { trialServer } from './support/trial-server.ts'

function pagesOver(more: readonly ReadyCheck[] = []) {
  let time = 5000
  let asked = 0
  let away = false
  const inner = memoryDriver({ now: () => new Date() })
  // Whatever it is asked, by whichever method.
  const driver = new Proxy<StorageDriver>(inner, {
    get(target, name, receiver) {
      asked += 1
      if (away) throw new Error('connect ECONNREFUSED 10.1.2.3:9000')
      return Reflect.get(target, name, receiver)
    },
  })
  const lines: string[] = []
  const log = createLog({ level: 'info', formatter: 'json', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const pages = healthPages([storageReady(driver, log), ...more], () => time)
  return {
    pages,
    answer: async (path: string) => pages.get(path)?.(),
    asked: () => asked,
    setAway: (to: boolean) => (away = to),
    pass: (milliseconds: number) => (time += milliseconds),
    log: () => {
      log.flush()
      return lines.join('')
    },
  }
}

const ready = { status: 200, body: 'ready\nstorage: ok\n' }

test('/healthz says that the process is alive, and never asks the storage', async () => {
  const { answer, asked, setAway } = pagesOver()
  setAway(true)
  expect(await answer('/healthz')).toMatchObject({ status: 200, body: 'ok\n', headers: { 'cache-control': 'no-store' } })
  expect(asked()).toBe(0)
})

describe('/readyz', () => {
  test('is 200 where the storage answers', async () => {
    expect(await pagesOver().answer('/readyz')).toMatchObject(ready)
  })

  test('is 503 where it does not; the log says why, and the page does not', async () => {
    const { answer, setAway, log } = pagesOver()
    setAway(true)
    const page = await answer('/readyz')
    expect(page).toMatchObject({ status: 503, body: expect.stringMatching(/the storage does not answer/) })
    expect(JSON.stringify(page)).not.toContain('ECONNREFUSED')
    expect(log()).toContain('ECONNREFUSED 10.1.2.3:9000')
  })

  test('has a line for each check, and is 200 where one only warns', async () => {
    const { answer } = pagesOver([{ name: 'certificate', look: () => ({ state: 'warning', detail: 'it expires in 5 days' }) }])
    const body = 'ready\nstorage: ok\ncertificate: warning, it expires in 5 days\n'
    expect(await answer('/readyz')).toMatchObject({ status: 200, body })
  })

  test('is 503 where any check fails, or cannot even look, and says nothing of why that is', async () => {
    const broken = { name: 'other', look: () => Promise.reject(new Error('the key is AKIA-SECRET')) }
    const page = await pagesOver([broken]).answer('/readyz')
    expect(page).toMatchObject({ status: 503, body: 'not ready\nstorage: ok\nother: failed, it could not be looked at\n' })
  })

  test('asks the storage once a second, however many ask', async () => {
    const { answer, asked, pass } = pagesOver()
    await Promise.all(Array.from({ length: 100 }, () => answer('/readyz')))
    pass(999)
    await answer('/readyz')
    expect(asked()).toBe(1)
    pass(2)
    await Promise.all(Array.from({ length: 100 }, () => answer('/readyz')))
    expect(asked()).toBe(2)
  })

  test('sees after a second that the storage went, and that it came back', async () => {
    const { answer, setAway, pass } = pagesOver()
    await answer('/readyz')
    setAway(true)
    expect(await answer('/readyz')).toMatchObject(ready)
    pass(1001)
    expect(await answer('/readyz')).toMatchObject({ status: 503 })
    setAway(false)
    pass(1001)
    expect(await answer('/readyz')).toMatchObject(ready)
  })
})

test.each(['GET', 'HEAD'])('%s reaches the pages on the server, whatever http.prefix is, and while the storage is away', async method => {
  const { pages, setAway } = pagesOver()
  setAway(true)
  const { call } = await trialServer({ locate: { prefix: '/registry' }, pipeline: { pages, healthy: () => false } })
  for (const [path, status] of [
    ['/healthz', 200],
    ['/healthz?x=y', 200],
    ['/readyz', 503],
  ] as const) {
    const answer = await call({ method, path })
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    expect(answer.body.length > 0).toBe(method === 'GET')
  }
})

describe('/', () => {
  test.each(['GET', 'HEAD'])('answers %s by 200 with nothing in it, whatever http.prefix is', async method => {
    const { call } = await trialServer({ locate: { prefix: '/registry' } })
    expectAnswer(await call({ method, path: '/' }), { status: 200, headers: { 'content-length': '0' } })
  })

  test('answers by 503 while a check of the health section fails', async () => {
    const { call } = await trialServer({ pipeline: { healthy: () => false } })
    expectAnswer(await call({ path: '/' }), { status: 503, code: 'UNAVAILABLE' })
  })
})
