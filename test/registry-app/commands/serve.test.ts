import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEventReceiver } from '../../support/event-receiver.ts'
import { type RunningCommand, run, sources } from '../http/support/child-process.ts'
import { head, openSocket } from '../http/support/raw-socket.ts'
import { send } from '../http/support/trial-server.ts'
import { content, sha256 } from '../support/bytes.ts'
import { temporaryFolder } from '../support/folder.ts'
import { encode, image, index } from '../support/images.ts'

const blob = content(1000)
const post = `/v2/a/blobs/uploads/?digest=${sha256(blob)}`

interface Served {
  readonly folder: string
  readonly command: RunningCommand
  readonly port: number
}

/** `serve` in an empty folder, on a port that the system chose. */
async function serving(environment = {}, given: readonly string[] = [], folder?: string, program?: string): Promise<Served> {
  const where = folder ?? (await temporaryFolder())
  const command = run({
    arguments: ['serve', ...given],
    folder: where,
    environment: { REGISTRY_HTTP_ADDR: 'localhost:0', ...environment },
    ...(program !== undefined && { program }),
  })
  const [, port] = await command.until(/addresses"?[=:]"?http:\/\/[^ "]*:(\d+)/)
  return { folder: where, command, port: Number(port) }
}

async function stopped({ command }: Served, signal: NodeJS.Signals = 'SIGTERM') {
  command.kill(signal)
  return command.exit
}

/** Told to stop while half of an upload has come. */
async function stoppedInAnUpload() {
  const served = await serving()
  const raw = await openSocket(served.port)
  await raw.send(head(`POST ${post}`, { 'content-length': 1000 }), blob.subarray(0, 500))
  expect((await send({ path: '/v2/' }, to(served.port))).status).toBe(200)
  served.command.kill('SIGTERM')
  await served.command.until(/msg="stopping"/)
  return { served, raw }
}

const to = (port: number) => ({ host: '127.0.0.1', port })

describe('serve, in an empty folder with no configuration', () => {
  test('says where it is and how to push to it, and warns of nothing', async () => {
    const served = await serving()
    await served.command.until(/Ctrl-C stops it/)
    const text = served.command.stdout()
    expect(text).toContain(`The registry is at http://localhost:${served.port}; images are kept in ./data.`)
    expect(text).toContain(`docker push localhost:${served.port}/alpine`)
    expect(text).not.toMatch(/level=(warn|error)/)
    expect(served.command.stderr()).toBe('')
  })

  test('keeps images in ./data, so that they are there after a restart', async () => {
    const served = await serving()
    expect(await send({ method: 'POST', path: post, body: blob }, to(served.port))).toMatchObject({ status: 201 })
    expect(await readdir(served.folder)).toEqual(['data'])
    expect(await stopped(served)).toBe(0)
    const again = await serving({}, [], served.folder)
    const { status, body } = await send({ path: `/v2/a/blobs/${sha256(blob)}` }, to(again.port))
    expect({ status, same: body.equals(blob) }).toEqual({ status: 200, same: true })
  })

  test('shows a page to browsers, which `npm start` makes from its sources', async () => {
    const { port } = await serving({}, [], undefined, sources)
    const led = await send({ path: '/', headers: { accept: 'text/html' } }, to(port))
    expect([led.status, led.headers.location]).toEqual([302, '/ui/'])
    const page = await send({ path: '/ui/' }, to(port))
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await send({ path: '/v2/_bucket-registry/ui/repositories' }, to(port))).status).toBe(200)
  })

  test('shows none where ui.enabled is false', async () => {
    const { port } = await serving({ REGISTRY_UI_ENABLED: 'false' })
    for (const path of ['/ui/', '/v2/_oci/ext/discover', '/v2/_bucket-registry/ui/repositories']) {
      expect((await send({ path, headers: { accept: 'text/html' } }, to(port))).status).toBe(404)
    }
    expect(await send({ path: '/', headers: { accept: 'text/html' } }, to(port))).toMatchObject({ status: 200, body: Buffer.alloc(0) })
  })

  test('is alive and ready', async () => {
    const { port } = await serving()
    for (const path of ['/healthz', '/readyz']) expect((await send({ path }, to(port))).status).toBe(200)
  })

  test('goes on with an upload after a restart, though nothing signs it that somebody configured', async () => {
    const served = await serving()
    const started = await send({ method: 'POST', path: '/v2/a/blobs/uploads/' }, to(served.port))
    const half = { method: 'PATCH', headers: { 'content-range': '0-499' }, body: blob.subarray(0, 500) }
    const { headers } = await send({ ...half, path: started.headers.location ?? '' }, to(served.port))
    await stopped(served)
    const again = await serving({}, [], served.folder)
    const rest = { method: 'PUT', path: `${headers.location}&digest=${sha256(blob)}`, headers: { 'content-range': '500-999' } }
    expect((await send({ ...rest, body: blob.subarray(500) }, to(again.port))).status).toBe(201)
  })
})

describe('serve', () => {
  test('warns loudly of plain HTTP that others can reach', async () => {
    const served = await serving({ REGISTRY_HTTP_ADDR: ':0' })
    await served.command.until(/level=warn msg="PLAIN HTTP ON :0: /)
  })

  test('exits 0 at SIGTERM, once the upload in flight has finished', async () => {
    const { served, raw } = await stoppedInAnUpload()
    await raw.send(blob.subarray(500))
    await raw.until(/^HTTP\/1\.1 201 /)
    expect(await served.command.exit).toBe(0)
    expect(served.command.stdout()).toMatch(/http\.response\.status=201/)
  })

  test('cuts what takes longer than http.draintimeout, and says so', async () => {
    const served = await serving({ REGISTRY_HTTP_DRAINTIMEOUT: '20ms' })
    const raw = await openSocket(served.port)
    await raw.send(head(`POST ${post}`, { 'content-length': 1000 }), blob.subarray(0, 500))
    expect((await send({ path: '/v2/' }, to(served.port))).status).toBe(200)
    expect(await stopped(served)).toBe(0)
    expect(served.command.stdout()).toMatch(/level=warn msg="requests were cut off: http.draintimeout is over" requests=1/)
    expect(await raw.closed).toBe('')
  })

  test('writes an audit log, also in a file of its own', async () => {
    const folder = await temporaryFolder()
    const served = await serving({ REGISTRY_LOG_AUDIT_PATH: join(folder, 'audit.log') })
    await send({ method: 'POST', path: post, body: blob, headers: { 'user-agent': 'test/1' } }, to(served.port))
    await stopped(served)
    const line = `audit.action=push audit.object=blob audit.repository=a audit.digest=${sha256(blob)} audit.size=1000`
    expect(await readFile(join(folder, 'audit.log'), 'utf8')).toContain(line)
    const other = await serving()
    await send({ method: 'POST', path: post, body: blob }, to(other.port))
    await other.command.until(/msg="audit" audit\.action=push/)
  })

  test('refuses what its policy does, with words that docker shows', async () => {
    const policy = '{quotas: [{prefix: a, limit: 1500}], immutabletags: [{repositories: [b], tags: [v1]}]}'
    const { port } = await serving({ REGISTRY_POLICY: policy })
    const errorOf = async (request: Parameters<typeof send>[0]) => {
      const { status, body } = await send(request, to(port))
      return { status, errors: status < 300 ? [] : JSON.parse(body.toString()).errors }
    }
    const refused = (message: string, detail: unknown) => ({ status: 403, errors: [{ code: 'DENIED', message, detail }] })
    expect(await errorOf({ method: 'POST', path: post, body: blob })).toEqual({ status: 201, errors: [] })
    const more = { method: 'POST', path: `/v2/a/app/blobs/uploads/?digest=${sha256('x'.repeat(600))}`, body: 'x'.repeat(600) }
    expect(await errorOf(more)).toEqual(
      refused('quota exceeded: a uses 1.0 kB of 1.5 kB, and this push would add 600 bytes', {
        prefix: 'a',
        used: 1000,
        limit: 1500,
        adds: 600,
      }),
    )
    expect(await errorOf({ ...more, path: more.path.replace('/a/app/', '/c/') })).toEqual({ status: 201, errors: [] })

    const pushed = (annotation: string) => ({
      method: 'PUT',
      path: '/v2/b/manifests/v1',
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: encode(index([], { annotations: { annotation } })),
    })
    expect(await errorOf(pushed('one'))).toEqual({ status: 201, errors: [] })
    expect(await errorOf(pushed('two'))).toEqual(refused('tag v1 is immutable, and exists already', expect.anything()))
  })

  test('writes down which images were pulled before it stops', async () => {
    const served = await serving()
    const config = Buffer.from('{}')
    await send({ method: 'POST', path: `/v2/a/blobs/uploads/?digest=${sha256(config)}`, body: config }, to(served.port))
    const manifest = Buffer.from(encode(image()))
    for (const method of ['PUT', 'HEAD']) {
      const body = method === 'PUT' ? { body: manifest } : {}
      expect((await send({ method, path: '/v2/a/manifests/v1', ...body }, to(served.port))).status).toBeLessThan(300)
    }
    expect(await stopped(served)).toBe(0)
    const folder = join(served.folder, 'data/docker/registry/v2/_registry/pulls')
    const [written = ''] = await readdir(folder)
    const today = Math.floor(Date.now() / 86_400_000)
    const text = await readFile(join(folder, written), 'utf8')
    expect(text.split('\n')[1]).toMatch(/^a v1=\d+ @[0-9a-f]{16}=\d+$/)
    expect(Number(/v1=(\d+)/.exec(text)?.[1]) - today).toBeLessThanOrEqual(1)
  })

  test('tells those who want to know, by URLs that they can use', async () => {
    const receiver = await startEventReceiver()
    onTestFinished(() => receiver.stop())
    const endpoint = { REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL: receiver.url, REGISTRY_HTTP_DRAINTIMEOUT: '10s' }
    const served = await serving(endpoint)
    await send({ method: 'POST', path: post, body: blob }, to(served.port))
    await stopped(served)
    const url = `http://127.0.0.1:${served.port}/v2/a/blobs/${sha256(blob)}`
    expect(receiver.events()).toMatchObject([{ action: 'push', target: { url }, source: { addr: expect.stringMatching(/:0$/) } }])
  })

  test('stops at once at a second signal', async () => {
    const { served } = await stoppedInAnUpload()
    expect(await stopped(served, 'SIGINT')).toBe(1)
  })

  test.each([
    ['on the command line', ['own.yml'], {}],
    ['by REGISTRY_CONFIGURATION_PATH', [], { REGISTRY_CONFIGURATION_PATH: 'own.yml' }],
  ])('takes the configuration that is named %s, and greets nobody', async (_, given, environment) => {
    const folder = await temporaryFolder()
    const config = 'version: 0.1\nlog: {formatter: json, fields: {from: own}}\nstorage: {inmemory: {}}\nhttp: {addr: "127.0.0.1:0"}\n'
    await writeFile(join(folder, 'own.yml'), config)
    const served = await serving({ ...environment, REGISTRY_HTTP_ADDR: '127.0.0.1:0' }, given, folder)
    expect((await send({ path: '/v2/' }, to(served.port))).status).toBe(200)
    expect(await stopped(served)).toBe(0)
    for (const line of served.command.stdout().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ from: 'own' })
    expect(await readdir(folder)).toEqual(['own.yml'])
  })

  test('exits 1 where the address is taken, and says so without a stack', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen({ port: 0, host: '127.0.0.1' }, resolve))
    onTestFinished(() => void other.close())
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : 0
    const command = run({ arguments: ['serve'], folder: await temporaryFolder(), environment: { REGISTRY_HTTP_ADDR: `127.0.0.1:${port}` } })
    expect(await command.exit).toBe(1)
    expect(command.stderr()).toBe(
      `127.0.0.1:${port}: another program uses this port. Stop that one, or set another port: http.addr, or REGISTRY_HTTP_ADDR=localhost:5001 (EADDRINUSE)\n`,
    )
  })

  test('exits 1 where the store does not answer, having said for which one it waits, and names the page about stores', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen({ port: 0, host: '127.0.0.1' }, resolve))
    const address = other.address()
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    await new Promise(resolve => other.close(resolve))
    const s3 = `{bucket: images, region: a, regionendpoint: "${endpoint}", accesskey: a, secretkey: secret-b, retrytime: 10ms}`
    const environment = { REGISTRY_HTTP_ADDR: 'localhost:0', REGISTRY_CONFIGURATION: `storage: {s3: ${s3}}\n` }
    const command = run({ arguments: ['serve'], folder: await temporaryFolder(), environment })
    expect(await command.exit).toBe(1)
    expect(command.stdout()).toContain(`msg="opening the bucket" bucket=images endpoint=${endpoint}`)
    expect(command.stderr()).toMatch(
      /in bucket images: no answer from 127\.0\.0\.1:\d+: connect ECONNREFUSED .*\nsee docs\/providers\.md\n$/,
    )
    expect(command.stdout() + command.stderr()).not.toContain('secret-b')
  })

  test.each([
    ['below a file', 'file/data'],
    ['a link to what is not there', 'link'],
  ])('exits 1 where the folder of the images is %s, and says which one it is', async (_, rootdirectory) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    await symlink(join(folder, 'absent', 'deeper'), join(folder, 'link'))
    const environment = {
      REGISTRY_HTTP_ADDR: 'localhost:0',
      REGISTRY_CONFIGURATION: `storage: {filesystem: {rootdirectory: ${rootdirectory}}}\n`,
    }
    const command = run({ arguments: ['serve'], folder, environment })
    expect(await command.exit).toBe(1)
    expect(command.stderr()).toContain('this folder cannot be made (')
    expect(command.stderr()).toContain('storage.filesystem.rootdirectory says where images are kept')
  })
})

describe('healthcheck', () => {
  const asking = async (addr: string, more = {}) => {
    const command = run({ arguments: ['healthcheck'], folder: await temporaryFolder(), environment: { REGISTRY_HTTP_ADDR: addr, ...more } })
    return { code: await command.exit, text: command.stdout() + command.stderr() }
  }

  test.each(['localhost', ''])('exits 0 where a registry listens on "%s"', async host => {
    const { port } = await serving({ REGISTRY_HTTP_ADDR: `${host}:0` })
    expect(await asking(`${host}:${port}`)).toEqual({ code: 0, text: 'healthy\n' })
  })

  test('exits 0 where a registry listens on a unix socket', async () => {
    const path = join(await temporaryFolder(), 'registry.sock')
    const unix = { REGISTRY_HTTP_NET: 'unix' }
    const command = run({ arguments: ['serve'], folder: await temporaryFolder(), environment: { ...unix, REGISTRY_HTTP_ADDR: path } })
    await command.until(/msg="?listening/)
    expect(await asking(path, unix)).toEqual({ code: 0, text: 'healthy\n' })
    expect(command.stderr()).toBe('')
  })

  test('exits 1 where nobody listens, and says so in one line', async () => {
    const served = await serving()
    await stopped(served)
    const { code, text } = await asking(`127.0.0.1:${served.port}`)
    expect(code).toBe(1)
    expect(text).toMatch(/^\/healthz cannot be reached: .*ECONNREFUSED.*\n$/)
  })

  test('exits 1 where something else listens', async () => {
    const other = createServer(socket => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'))
    await new Promise<void>(resolve => other.listen({ port: 0, host: '127.0.0.1' }, resolve))
    onTestFinished(() => void other.close())
    const address = other.address()
    const { code, text } = await asking(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
    expect({ code, text }).toEqual({ code: 1, text: '/healthz answered 404\n' })
  })
})

describe('serve, at its start', () => {
  /** A folder in which a crash left something two hours ago. */
  async function crashed() {
    const folder = await temporaryFolder()
    const left = join(folder, 'data/.incoming/left')
    await mkdir(join(left, '..'), { recursive: true })
    await writeFile(left, 'x')
    const then = Date.now() / 1000 - 7200
    await utimes(left, then, then)
    return folder
  }

  test('takes away what a crash left behind', async () => {
    const { folder } = await serving({}, [], await crashed())
    expect(await readdir(join(folder, 'data/.incoming'))).toEqual([])
  })

  test('changes nothing in a storage that it may only read', async () => {
    const folder = await crashed()
    const before = await readdir(folder, { recursive: true })
    const { port } = await serving({ REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'true' }, [], folder)
    expect((await send({ path: '/readyz' }, to(port))).status).toBe(200)
    expect(await readdir(folder, { recursive: true })).toEqual(before)
  })
})
