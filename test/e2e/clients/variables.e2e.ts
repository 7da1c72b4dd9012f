import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from '../../support/start-process.ts'
import { distribution } from '../support/distribution.ts'
import { bundle } from '../support/paths.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Variables = Record<string, string>

/** What a question brings to light, from whichever registry. */
type Ask = (url: string) => Promise<unknown>

const programs = {
  ours: { file: process.execPath, before: [bundle, 'serve'] },
  theirs: { file: distribution.path, before: ['serve'] },
}

/** Starts one of them on a file of its own with these variables, asks it, and ends it. */
async function answerOf(program: keyof typeof programs, variables: Variables, ask: Ask): Promise<unknown> {
  const { file, before } = programs[program]
  const folder = await temporaryFolder()
  const path = join(folder, 'config.yml')
  const addr = `127.0.0.1:${await freePort()}`
  const storage = { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: false } }
  const http = { addr, secret: 'of-this-test', headers: { 'X-Of-File': ['a', 'b'] } }
  await writeFile(path, stringify({ version: 0.1, log: { level: 'error' }, storage, http }))
  const url = `http://${addr}`
  const ready = () =>
    fetch(url).then(
      () => true,
      () => false,
    )
  const { stop } = await startProcess({
    file,
    args: [...before, path],
    env: { HOME: folder, OTEL_TRACES_EXPORTER: 'none', ...variables },
    ready,
  })
  try {
    return await ask(url)
  } finally {
    await stop()
  }
}

const status =
  (method: string, path: string): Ask =>
  async url =>
    (await fetch(url + path, { method })).status

const header =
  (name: string): Ask =>
  async url =>
    (await fetch(`${url}/v2/`)).headers.get(name)

/** Up to the id of the upload, and without the port, which differs. */
const location: Ask = async url => {
  const answer = await fetch(`${url}/v2/a/blobs/uploads/`, { method: 'POST' })
  return answer.headers
    .get('location')
    ?.replace(url, '<url>')
    .replace(/uploads\/.*/, 'uploads/')
}

const digest = `sha256:${'0'.repeat(64)}`
const remove = status('DELETE', `/v2/a/manifests/${digest}`)
const begin = status('POST', '/v2/a/blobs/uploads/')

const table: [variables: Variables, ask: Ask, answer: unknown][] = [
  [{}, header('x-of-file'), 'a, b'],
  [{ REGISTRY_HTTP_HEADERS: '{X-Other: [c]}' }, header('x-of-file'), null],
  [{ REGISTRY_HTTP_HEADERS: '{X-Other: [c]}' }, header('x-other'), 'c'],
  [{ 'REGISTRY_HTTP_HEADERS_X-Other': '[c, d]' }, header('x-other'), 'c, d'],
  [{ 'REGISTRY_HTTP_HEADERS_X-Other': '[c]' }, header('x-of-file'), 'a, b'],
  [{ REGISTRY_HTTP_PREFIX: '/below/' }, status('GET', '/below/v2/'), 200],
  [{ REGISTRY_HTTP_HOST: 'https://registry.example.com' }, location, 'https://registry.example.com/v2/a/blobs/uploads/'],
  [{ REGISTRY_HTTP_RELATIVEURLS: 'yes' }, location, '/v2/a/blobs/uploads/'],
  [{ REGISTRY_HTTP_RELATIVEURLS: 'no', REGISTRY_HTTP_HOST: '' }, location, '<url>/v2/a/blobs/uploads/'],
  [{}, remove, 405],
  [{ REGISTRY_STORAGE_DELETE_ENABLED: 'true' }, remove, 404],
  [{ REGISTRY_STORAGE_DELETE: '{enabled: on}' }, remove, 404],
  [{ REGISTRY_STORAGE: 'inmemory', REGISTRY_STORAGE_DELETE_ENABLED: 'true' }, remove, 404],
  [{ REGISTRY_STORAGE: '{inmemory: {}}', REGISTRY_STORAGE_MAINTENANCE_READONLY: '{enabled: true}' }, begin, 405],
  [{ REGISTRY_STORAGE_MAINTENANCE_READONLY: '{enabled: true}' }, begin, 405],
  [{ REGISTRY_CATALOG_MAXENTRIES: '1' }, status('GET', '/v2/_catalog?n=2'), 400],
  [{ REGISTRY_CATALOG: '{maxentries: 2}' }, status('GET', '/v2/_catalog?n=2'), 200],
  // Beyond Distribution, which passes over both.
  [{ REGISTRY_HTTP_HOST_FILE: '' }, begin, 202],
  [{ REGISTRY_CONFIGURATION: 'not: read, since the command line names a file' }, begin, 202],
]

suite('variables mean to this registry what they mean to Distribution', [distribution], () => {
  it.each(table)('%j', async (variables, ask, answer) => {
    const [ours, theirs] = [await answerOf('ours', variables, ask), await answerOf('theirs', variables, ask)]
    expect({ ours, theirs }).toEqual({ ours: answer, theirs: answer })
  })
})
