import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { run } from '../http/support/child-process.ts'
import { send } from '../http/support/trial-server.ts'
import { temporaryFolder } from '../support/folder.ts'
import { authority, first, second } from '../tls/support/certificates.ts'

const { serialNumber: firstSerial } = new (await import('node:crypto')).X509Certificate(first.cert)
const { serialNumber: secondSerial } = new (await import('node:crypto')).X509Certificate(second.cert)

async function serving(environment: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'c.pem'), first.cert + authority)
  await writeFile(join(folder, 'k.pem'), first.key)
  await writeFile(join(folder, 'ca.pem'), authority)
  const settings = {
    REGISTRY_HTTP_ADDR: '127.0.0.1:0',
    REGISTRY_HTTP_TLS_CERTIFICATE: join(folder, 'c.pem'),
    REGISTRY_HTTP_TLS_KEY: join(folder, 'k.pem'),
    ...environment,
  }
  const command = run({ arguments: ['serve'], folder, environment: settings })
  return { folder, command, settings }
}

async function listening(environment: Record<string, string> = {}) {
  const served = await serving(environment)
  const [, port] = await served.command.until(/addresses"?[=:]"?https:\/\/[^ "]*:(\d+)/)
  return { ...served, port: Number(port) }
}

async function ask(port: number, path: string): Promise<string> {
  const asked = request({ host: '127.0.0.1', port, path, ca: authority, servername: 'registry.test', agent: false })
  asked.end()
  const [answer] = await once(asked, 'response')
  let text = ''
  for await (const piece of answer) text += piece
  return `${answer.statusCode} ${text}`
}

describe('serve, with http.tls', () => {
  test('serves HTTPS, says for how long, and warns of no plain HTTP', async () => {
    const { port, command } = await listening({ REGISTRY_HTTP_ADDR: ':0' })
    expect(await ask(port, '/v2/')).toBe('200 {}')
    expect(await ask(port, '/readyz')).toBe('200 ready\nstorage: ok\ncertificate: ok\n')
    expect(command.stdout()).toMatch(/msg="a certificate is served" names="registry\.test localhost 127\.0\.0\.1" .*days=\d+/)
    expect(command.stdout()).not.toMatch(/level=(warn|error)/)
  })

  test('reads the certificate anew at SIGHUP, and keeps connections', async () => {
    const { port, command, folder } = await listening()
    const options = { host: '127.0.0.1', port, ca: authority, servername: 'registry.test' }
    const open = connect(options)
    onTestFinished(() => void open.destroy())
    await once(open, 'secureConnect')
    expect(open.getPeerCertificate().serialNumber).toBe(firstSerial)
    await writeFile(join(folder, 'c.pem'), second.cert + authority)
    await writeFile(join(folder, 'k.pem'), second.key)
    command.kill('SIGHUP')
    await command.until(/msg="a new certificate is served"/)
    const next = connect(options)
    onTestFinished(() => void next.destroy())
    await once(next, 'secureConnect')
    expect(next.getPeerCertificate().serialNumber).toBe(secondSerial)
    open.setEncoding('utf8').write('GET /v2/ HTTP/1.1\r\nhost: registry.test\r\n\r\n')
    expect(String(await once(open, 'data'))).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('leads plain HTTP at http.redirect.addr to itself', async () => {
    const { port, command } = await listening({ REGISTRY_HTTP_REDIRECT_ADDR: '127.0.0.1:0' })
    const plain = Number(/addresses="https:\S+ http:\/\/127\.0\.0\.1:(\d+)"/.exec(command.stdout())?.[1])
    const answer = await send({ path: '/v2/', headers: { host: 'registry.test' } }, { host: '127.0.0.1', port: plain })
    expect(answer).toMatchObject({ status: 308, headers: { location: `https://registry.test:${port}/v2/` } })
  })

  test('warns where http.host has another name than the certificate', async () => {
    const { command } = await listening({ REGISTRY_HTTP_HOST: 'https://images.example.com' })
    expect(command.stdout()).toMatch(/level=warn msg="http\.tls\.certificate: it is not for images\.example\.com, the name in http\.host/)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a certificate that is not there',
      { REGISTRY_HTTP_TLS_CERTIFICATE: '/nowhere.pem' },
      /^http\.tls\.certificate: \/nowhere\.pem cannot be read: ENOENT/,
    ],
    ['a key that is none', { REGISTRY_HTTP_TLS_KEY: '/dev/null' }, /comes with a private key that cannot be read as PEM/],
    [
      'authorities that are none',
      { REGISTRY_HTTP_TLS_CLIENTCAS: '[/dev/null]' },
      /^http\.tls\.clientcas: \/dev\/null: holds no certificate/,
    ],
    [
      'an authority as text that cannot be read',
      { REGISTRY_HTTP_TLS_CLIENTCAS: JSON.stringify(['-----BEGIN CERTIFICATE-----\n']) },
      /^http\.tls\.clientcas: the text: /,
    ],
  ])('exits 1 with %s, and says so without a stack', async (_, environment, message) => {
    const { command } = await serving(environment)
    expect(await command.exit).toBe(1)
    expect(command.stderr()).toMatch(message)
    expect(command.stderr()).not.toMatch(/^\s+at /m)
  })
})

describe('healthcheck, with http.tls', () => {
  const healthy = async (folder: string, environment: Record<string, string>) => {
    const command = run({ arguments: ['healthcheck'], folder, environment })
    return { code: await command.exit, text: command.stdout() + command.stderr() }
  }

  test('exits 0 though the certificate is for another name, and is signed by nobody whom this machine knows', async () => {
    const { folder, settings, port } = await listening()
    expect(await healthy(folder, { ...settings, REGISTRY_HTTP_ADDR: `:${port}` })).toEqual({ code: 0, text: 'healthy\n' })
  })

  test.each(['a file', 'text'])('exits 0 where every client has to show a certificate of an authority that is %s', async kind => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'ca.pem'), authority)
    const named = kind === 'text' ? authority : join(folder, 'ca.pem')
    const { settings, port } = await listening({ REGISTRY_HTTP_TLS_CLIENTCAS: JSON.stringify([named]) })
    await expect(ask(port, '/healthz')).rejects.toThrow()
    expect(await healthy(folder, { ...settings, REGISTRY_HTTP_ADDR: `127.0.0.1:${port}` })).toEqual({ code: 0, text: 'healthy\n' })
  })

  test('exits 0 where the registry listens on a unix socket', async () => {
    const path = join(await temporaryFolder(), 'registry.sock')
    const { folder, settings, command } = await serving({ REGISTRY_HTTP_NET: 'unix', REGISTRY_HTTP_ADDR: path })
    await command.until(/msg="?listening/)
    expect(await healthy(folder, settings)).toEqual({ code: 0, text: 'healthy\n' })
  })
})
