import { expect, test } from 'vitest'
import { releaseCommand } from '../../../lib/release/command.ts'
import { type Loopback, loopback, type Rule } from '../copy/support/loopback.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { pushNodeBase } from '../support/node-base.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const appFolder = stubAppFolder()

/** In a time of its own, in which waiting takes none. */
async function release({ source, sink }: { source: Loopback; sink: Loopback }) {
  const error: string[] = []
  const waited: number[] = []
  const code = await releaseCommand(
    `${sink.host}/registry:1`,
    { base: `${source.host}/node:24`, platform: 'linux/arm64' },
    {
      out: () => {},
      error: text => error.push(text),
      variables: { DOCKER_CONFIG: temporaryFolder() },
      signal: new AbortController().signal,
      appFolder,
      circumstances: { now: () => 0, random: () => 0.5, sleep: async milliseconds => void waited.push(milliseconds) },
    },
  )
  return { code, waited, error: error.join('') }
}

async function sides() {
  const [source, sink] = [await loopback(), await loopback()]
  await pushNodeBase(source.host)
  return { source, sink }
}

/** The first that matches gets this in place of an answer. */
function first(pattern: RegExp, instead: ReturnType<Rule>): Rule {
  let left = 1
  return ({ method, path }) => (pattern.test(`${method} ${path}`) && left-- > 0 ? instead : undefined)
}

test.each<[string, 'source' | 'sink', Rule]>([
  ['a base’s registry that breaks off within a layer', 'source', first(/GET .*blobs/, 4)],
  ['a base’s registry that is unwell', 'source', first(/GET .*manifests/, { status: 503 })],
  ['a registry that breaks off within a push', 'sink', first(/PUT .*uploads/, 'break')],
  ['a registry that has too many requests', 'sink', first(/PUT .*manifests/, { status: 429 })],
])('%s is asked again', async (_, side, rule) => {
  const both = await sides()
  both[side].behave(rule)

  const { code, waited } = await release(both)

  expect({ code, waits: waited.length }).toEqual({ code: 0, waits: 1 })
})

test('a registry that asks to be left in peace is, for so long', async () => {
  const both = await sides()
  both.source.behave(first(/GET .*manifests/, { status: 429, headers: { 'retry-after': '77' } }))

  expect(await release(both)).toMatchObject({ code: 0, waited: [77_000] })
})

test('what a registry refuses is said by its code and message, and nothing else of its answer', async () => {
  const both = await sides()
  const body = '{"errors":[{"code":"DENIED","message":"not for you","detail":"a page of it"}]}'
  both.sink.behave(({ method }) => (method === 'POST' ? { status: 403, body } : undefined))

  const { code, error } = await release(both)

  expect(code).toBe(1)
  expect(error).toMatch(/^POST http:\S+\/v2\/registry\/blobs\/uploads\/: 403, DENIED not for you$/m)
  expect(error).not.toContain('a page of it')
})

test('a layer with other bytes than its digest says is not pushed', async () => {
  const both = await sides()
  both.source.behave(({ method, path }) => (method === 'GET' && /blobs/.test(path) ? { status: 200, body: 'something else' } : undefined))

  expect(await release(both)).toMatchObject({ code: 1, error: expect.stringContaining('127.0.0.1') })
  expect(both.sink.asked(/PUT/)).toEqual([])
})
