import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { type ConnectionOptions, connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSslCiphers } from '../../../registry-app/src/config/cipher-suites.ts'
import type { ClientAuth } from '../../../registry-app/src/http/tls-server.ts'
import { loadCertificate } from '../../../registry-app/src/tls/load-certificate.ts'
import { contextOptions } from '../../../registry-app/src/tls/tls-options.ts'
import { authority, client, first, second, stranger } from '../tls/support/certificates.ts'
import { eventually } from './support/eventually.ts'
import { head, openSocket } from './support/raw-socket.ts'
import { secureServer } from './support/secure-server.ts'
import { trialServer } from './support/trial-server.ts'

const trusting = (port: number, more: ConnectionOptions = {}): ConnectionOptions => ({
  host: '127.0.0.1',
  port,
  ca: authority,
  servername: 'registry.test',
  ...more,
})

/** A handshake, and one request by HTTP/1.1. */
async function visit(port: number, more: ConnectionOptions = {}) {
  const socket = connect(trusting(port, more))
  onTestFinished(() => void socket.destroy())
  socket.setEncoding('latin1')
  let received = ''
  socket.on('data', piece => {
    received += piece
  })
  // What comes after the first: a refusal by TLS 1.3 is heard of late.
  socket.on('error', () => {})
  socket.write(head('GET /v2/', { connection: 'close' }))
  await once(socket, 'end')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]), protocol: socket.getProtocol(), alpn: socket.alpnProtocol, socket }
}

const serial = (pair: { cert: string; key: string }) => loadCertificate(pair, {}).facts.serial

async function serialShown(port: number, more: ConnectionOptions = {}) {
  const socket = connect(trusting(port, more))
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return socket.getPeerCertificate().serialNumber
}

test('serves the API by TLS to who trusts the authority', async () => {
  const { port, server } = await secureServer()
  expect(server.addresses).toEqual([`https://127.0.0.1:${port}`])
  expect(await visit(port)).toMatchObject({ status: 200, protocol: 'TLSv1.3' })
})

test.each([
  [true, ['h2', 'http/1.1'], 'h2'],
  [true, ['http/1.1'], 'http/1.1'],
  [false, ['h2', 'http/1.1'], 'http/1.1'],
])('with HTTP/2 %s, of %j it speaks %s', async (http2, ALPNProtocols, chosen) => {
  const { port } = await secureServer({ http2 })
  const socket = connect(trusting(port, { ALPNProtocols }))
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe(chosen)
})

test('one that says what it speaks by nothing is spoken to in HTTP/1.1', async () => {
  const { port } = await secureServer()
  expect(await visit(port)).toMatchObject({ status: 200, alpn: false })
})

test('a client by address, which names no server, is shown a certificate too', async () => {
  const { port } = await secureServer()
  expect(await serialShown(port, { servername: '' })).toBe(serial(first))
})

describe('when the certificate is replaced', () => {
  test('new connections are shown the new one, by whichever name', async () => {
    const { port, serve } = await secureServer()
    for (const servername of ['registry.test', '']) expect(await serialShown(port, { servername })).toBe(serial(first))
    serve(second)
    for (const servername of ['registry.test', '']) expect(await serialShown(port, { servername })).toBe(serial(second))
  })

  test('connections that are open go on', async () => {
    const { port, serve } = await secureServer()
    const agent = new Agent({ ca: authority, servername: 'registry.test', keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const ports: (number | undefined)[] = []
    for (const pair of [first, second]) {
      serve(pair)
      const asked = request({ host: '127.0.0.1', port, path: '/v2/', agent })
      asked.end()
      const [answer] = await once(asked, 'response')
      ports.push(answer.socket.localPort)
      answer.resume()
      await once(answer, 'end')
    }
    expect(ports[0]).toBe(ports[1])
  })
})

test('while there is no certificate, handshakes fail, and work again once there is one', async () => {
  const { port, serve } = await secureServer()
  serve(undefined)
  await expect(serialShown(port)).rejects.toThrow()
  serve(second)
  expect(await serialShown(port)).toBe(serial(second))
})

describe('http.tls.minimumtls and ciphersuites', () => {
  const settings = { minimumtls: 'tls1.2', ciphers: openSslCiphers([]), clientCas: [] } as const

  test('TLS 1.2 is spoken, 1.1 is not', async () => {
    const { port, log } = await secureServer({ context: contextOptions(settings) })
    expect(await visit(port, { maxVersion: 'TLSv1.2' })).toMatchObject({ status: 200, protocol: 'TLSv1.2' })
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(visit(port, old)).rejects.toThrow()
    await eventually(() => log().join()).toMatch(/speaks only older versions of TLS \(http\.tls\.minimumtls\)/)
  })

  test('tls1.3 refuses TLS 1.2', async () => {
    const { port } = await secureServer({ context: contextOptions({ ...settings, minimumtls: 'tls1.3' }) })
    await expect(visit(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow()
    expect(await visit(port)).toMatchObject({ status: 200, protocol: 'TLSv1.3' })
  })

  test('only the suites of the list are spoken by TLS 1.2', async () => {
    const ciphers = openSslCiphers(['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'])
    const { port } = await secureServer({ context: contextOptions({ ...settings, ciphers }) })
    const by = (name: string) => visit(port, { maxVersion: 'TLSv1.2', ciphers: name })
    expect(await by('ECDHE-ECDSA-AES256-GCM-SHA384')).toMatchObject({ status: 200 })
    await expect(by('ECDHE-ECDSA-AES128-GCM-SHA256')).rejects.toThrow()
  })
})

describe('http.tls.clientauth', () => {
  const context = contextOptions({ minimumtls: 'tls1.2', ciphers: openSslCiphers([]), clientCas: [authority] })
  const shown = { nothing: {}, 'one of ours': client, 'one of somebody else': stranger, 'the own certificate of the registry': first }

  test.each<[ClientAuth, keyof typeof shown, taken: boolean]>([
    ['no-client-cert', 'nothing', true],
    ['no-client-cert', 'one of somebody else', true],
    ['request-client-cert', 'nothing', true],
    ['request-client-cert', 'one of somebody else', true],
    ['require-any-client-cert', 'nothing', false],
    ['require-any-client-cert', 'one of somebody else', true],
    ['verify-client-cert-if-given', 'nothing', true],
    ['verify-client-cert-if-given', 'one of somebody else', false],
    ['verify-client-cert-if-given', 'one of ours', true],
    ['require-and-verify-client-cert', 'nothing', false],
    ['require-and-verify-client-cert', 'one of somebody else', false],
    ['require-and-verify-client-cert', 'one of ours', true],
    ['require-and-verify-client-cert', 'the own certificate of the registry', true],
  ])('%s, and %s is shown: served is %s', async (clientAuth, what, taken) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { port, log } = await secureServer({ clientAuth, context })
      const visited = visit(port, { ...shown[what], maxVersion }).then(
        ({ status }) => status === 200,
        () => false,
      )
      expect(await visited).toBe(taken)
      if (!taken) await eventually(() => log().join()).toMatch(/a client was refused: .*http\.tls\.clientauth/)
    }
  })
})

describe('plain HTTP on a TLS port', () => {
  test('is answered with what is wrong and how to mend it, in the words of the API', async () => {
    const { port, log } = await secureServer()
    const raw = await openSocket(port)
    await raw.send('GET /v2/ HTTP/1.1\r\nHost: registry.test:5000\r\n\r\n')
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/json\r\n/)
    const { errors } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '')
    expect(errors[0].code).toBe('UNSUPPORTED')
    expect(errors[0].message).toMatch(/speaks HTTPS, and was spoken to in plain HTTP: use https:\/\/registry\.test:5000 /)
    expect(log().join()).toMatch(/"remoteaddr":"127.0.0.1".*"level":"warn","msg":"this port speaks HTTPS/)
  })

  test.each([
    ['GET / HTTP/1.1\r\nHost: a b"<>\r\n\r\n', 'https://…'],
    ['OPTIONS * HTTP/1.1\r\nHost: registry.test\r\n\r\n', 'https://registry.test '],
    ['nonsense\r\n\r\n', 'https://…'],
  ])('%j is answered by a line of text', async (sent, url) => {
    const { port } = await secureServer()
    const raw = await openSocket(port)
    await raw.send(sent)
    const answer = Buffer.from(await raw.closed, 'latin1').toString()
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: text\/plain/)
    expect(answer).toContain(url)
  })

  test('is told of http.host, where it is known', async () => {
    const { port } = await secureServer({ host: 'https://images.example.com' })
    const raw = await openSocket(port)
    await raw.send(head('GET /v2/'))
    expect(await raw.closed).toContain('use https://images.example.com ')
  })

  test('is logged once a minute for each address', async () => {
    const { port, log } = await secureServer()
    for (const _ of [1, 2, 3]) {
      const raw = await openSocket(port)
      await raw.send(head('GET /v2/'))
      await raw.closed
    }
    expect(log().filter(line => line.includes('this port speaks HTTPS'))).toHaveLength(1)
  })
})

describe('TLS on a plain port', () => {
  const knocking = async (port: number) => {
    const socket = connect(trusting(port))
    await once(socket, 'secureConnect')
  }

  test('is logged with what is wrong and how to mend it, once a minute for each address', async () => {
    const { port, log } = await trialServer()
    for (const _ of [1, 2]) await expect(knocking(port)).rejects.toThrow()
    const lines = log().filter(line => line.includes('HTTPS'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /"level":"warn","msg":"a client speaks HTTPS .*configure http\.tls, .*insecure-registries in \/etc\/docker\/daemon\.json/,
    )
  })

  test('is answered in plain HTTP, by which clients written in Go know what is wrong', async () => {
    const { port } = await trialServer()
    const raw = await openSocket(port)
    await raw.send(Buffer.from('16030100050100000100', 'hex'))
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })
})

describe('a connection on which the first bytes', () => {
  const impatient = { server: { timeouts: { headers: 100, idle: 60_000 } } }

  test('do not come is closed', async () => {
    const { port } = await secureServer(impatient)
    expect(await (await openSocket(port)).closed).toBe('')
  })

  test('come, and no more of the handshake, is closed', async () => {
    const { port } = await secureServer(impatient)
    const raw = await openSocket(port)
    await raw.send(Buffer.from([0x16, 3, 1]))
    expect(await raw.closed).toBe('')
  })

  test('come one by one is served', async () => {
    const { port } = await secureServer()
    const socket = connect(trusting(port))
    onTestFinished(() => void socket.destroy())
    await once(socket, 'secureConnect')
    for (const byte of head('GET /v2/')) await new Promise<unknown>(resolve => socket.write(byte, resolve))
    const [answer] = await once(socket, 'data')
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('a client that offers acme-tls/1 alone', () => {
  const proof = loadCertificate(second, {}).context
  const asking = (port: number) => serialShown(port, { ALPNProtocols: ['acme-tls/1'] })

  test('is shown the proof for the name', async () => {
    const { port } = await secureServer({ certificates: { acmeContext: name => (name === 'registry.test' ? proof : undefined) } })
    expect(await asking(port)).toBe(serial(second))
    expect(await serialShown(port)).toBe(serial(first))
  })

  test('speaks no HTTP', async () => {
    const { port, log } = await secureServer({ certificates: { acmeContext: () => proof } })
    const socket = connect(trusting(port, { ALPNProtocols: ['acme-tls/1'] }))
    onTestFinished(() => void socket.destroy())
    await once(socket, 'secureConnect')
    expect(socket.alpnProtocol).toBe('acme-tls/1')
    socket.on('error', () => {})
    socket.resume().write(head('GET /v2/'))
    await once(socket, 'close')
    expect(log()).toEqual([])
  })

  test('is refused where nothing is to be proved', async () => {
    const { port } = await secureServer({ certificates: { acmeContext: () => undefined } })
    await expect(asking(port)).rejects.toThrow()
  })
})

test.each([
  ['nothing was sent yet', ''],
  ['a handshake has begun', '\x16\x03\x01'],
])('a stop does not wait for a connection on which %s', async (_, sent) => {
  const { port, server } = await secureServer()
  const raw = await openSocket(port)
  await raw.send(sent)
  expect(await visit(port)).toMatchObject({ status: 200 })
  expect(await server.stop(60_000)).toBe(0)
  await raw.closed
})

test('a stop does not wait for a connection on which nothing is asked, and closes it', async () => {
  const { port, server, log } = await secureServer()
  const socket = connect(trusting(port))
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  socket.setEncoding('latin1').write(head('GET /v2/'))
  await eventually(() => log().join()).toContain('response completed')
  const closed = once(socket.resume(), 'close')
  expect(await server.stop(10_000)).toBe(0)
  await closed
})
