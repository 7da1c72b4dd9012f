import { once } from 'node:events'
import { createServer as createPlainServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Patient } from '../../../registry-app/src/doctor/patient.ts'
import { tls } from '../../../registry-app/src/doctor/probes/tls.ts'
import { elsewhere, expired, untilFarOff } from './support/certificates.ts'

async function serverWith(certificate: { key: string; cert: string }): Promise<string> {
  const server = createServer(certificate)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `https://localhost:${(server.address() as AddressInfo).port}`
}

const ask = (origin: string, { now = new Date(), ...target }: { ca?: string; skipVerify?: boolean; now?: Date } = {}) =>
  tls.ask({ origin: new URL(origin), target, now: () => now, signal: new AbortController().signal } as Patient)

describe('a certificate', () => {
  test('that is trusted has its end told', async () => {
    const answer = await ask(await serverWith(untilFarOff), { ca: untilFarOff.cert })
    expect(answer).toMatchObject({
      verdict: 'good',
      says: expect.stringMatching(/^TLSv1\.3, the certificate ends on 2126-10-31, in \d+ days$/),
    })
  })

  test('that ends soon is worth a remark', async () => {
    const answer = await ask(await serverWith(untilFarOff), { ca: untilFarOff.cert, now: new Date('2126-10-26T00:00:00Z') })
    expect(answer).toMatchObject({ verdict: 'lacking', says: expect.stringContaining('in 5 days') })
  })

  test.each([
    ['nobody vouches for', untilFarOff, undefined, 'it signed itself (--ca names a file'],
    ['has expired', expired, expired.cert, 'it has expired'],
    ['is another name’s', elsewhere, elsewhere.cert, 'it was made for another name'],
  ])('that %s is not to be believed', async (_, certificate, ca, says) => {
    const answer = await ask(await serverWith(certificate), ca === undefined ? {} : { ca })
    expect(answer).toMatchObject({ verdict: 'bad', says: expect.stringContaining(says) })
  })
})

test('a certificate that is believed whatever it is has that said', async () => {
  const answer = await ask(await serverWith(untilFarOff), { skipVerify: true })
  expect(answer).toMatchObject({ verdict: 'lacking', says: expect.stringContaining('skipverify believes it all the same') })
})

describe('without TLS', () => {
  test('where https is asked for, the address to take instead is told', async () => {
    const server = createPlainServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const answer = await ask(`https://127.0.0.1:${port}`)
    expect(answer).toEqual({
      verdict: 'bad',
      says: `it answers, but not by TLS: most likely by plain HTTP, which is http://127.0.0.1:${port}`,
    })
  })

  test.each(['http://127.0.0.1:9000', 'http://localhost', 'http://[::1]:9000'])('%s is this machine, and needs none', async origin => {
    expect(await ask(origin)).toMatchObject({ verdict: 'good' })
  })

  test('somebody else’s machine lets whoever is on the way read', async () => {
    expect(await ask('http://store.example')).toMatchObject({ verdict: 'lacking', says: expect.stringContaining('plain HTTP') })
  })
})
