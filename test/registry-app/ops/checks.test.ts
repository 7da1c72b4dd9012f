import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileCheck, httpCheck, tcpCheck } from '../../../registry-app/src/ops/checks.ts'
import { temporaryFolder } from '../support/folder.ts'

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function closedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await portOf(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

describe('a file check', () => {
  test('fails while the file exists, and passes while it does not', async () => {
    const file = join(await temporaryFolder(), 'down')
    const check = fileCheck(file)
    await check.look()
    await writeFile(file, '')
    await expect(check.look()).rejects.toThrow('file exists')
    await rm(file)
    await check.look()
    expect(check.name).toBe(file)
  })

  test('takes a folder for a file, and passes where there is not even one around it', async () => {
    const folder = join(await temporaryFolder(), 'down')
    const check = fileCheck(folder)
    await fileCheck(join(folder, 'below')).look()
    await mkdir(folder)
    await expect(check.look()).rejects.toThrow('file exists')
  })
})

describe('an HTTP check', () => {
  async function answering(status: number) {
    const asked: IncomingMessage[] = []
    const server = createServer((request, response) => {
      asked.push(request)
      response.writeHead(status).end()
    })
    return { port: await portOf(server), asked }
  }
  const options = { headers: {}, statuscode: 200, timeout: 5000 }

  test('asks by HEAD, with its headers, and as the user that the URI names', async () => {
    const { port, asked } = await answering(200)
    await httpCheck({ ...options, uri: `http://me:p%40ss@127.0.0.1:${port}/alive?key=secret`, headers: { 'x-one': ['1', '2'] } }).look()
    expect(asked[0]).toMatchObject({ method: 'HEAD', url: '/alive?key=secret' })
    expect(asked[0]?.headers).toMatchObject({ 'x-one': '1, 2', authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` })
  })

  test('has neither that user nor the query in its name', () => {
    expect(httpCheck({ ...options, uri: 'http://me:password@a.test/alive?key=secret' }).name).toBe('http://a.test/alive')
  })

  test('fails for another status than it wants, and passes for that', async () => {
    const { port } = await answering(503)
    const uri = `http://127.0.0.1:${port}/`
    await expect(httpCheck({ ...options, uri }).look()).rejects.toThrow('downstream service returned unexpected status: 503')
    await httpCheck({ ...options, uri, statuscode: 503 }).look()
  })

  test('fails where nobody answers, and where the answer takes too long', async () => {
    await expect(httpCheck({ ...options, uri: `http://127.0.0.1:${await closedPort()}/` }).look()).rejects.toThrow('fetch failed')
    const port = await portOf(createServer(() => {}))
    await expect(httpCheck({ ...options, uri: `http://127.0.0.1:${port}/`, timeout: 20 }).look()).rejects.toThrow(/timeout/)
  })
})

describe('a TCP check', () => {
  test('passes where somebody listens', async () => {
    await tcpCheck(`127.0.0.1:${await portOf(createTcpServer())}`, 5000).look()
  })

  test('fails where nobody does, and says where', async () => {
    const addr = `127.0.0.1:${await closedPort()}`
    await expect(tcpCheck(addr, 5000).look()).rejects.toThrow(`connection to ${addr} failed`)
  })
})
