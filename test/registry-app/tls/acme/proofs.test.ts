import { beforeEach, describe, expect, test } from 'vitest'
import type { Proof } from '../../../../registry-app/src/tls/acme/authority-port.ts'
import { createProofs } from '../../../../registry-app/src/tls/acme/proofs.ts'

const byHttp: Proof = {
  host: 'registry.test',
  type: 'http-01',
  token: 'a-token-of-some-length',
  keyAuthorization: 'a-token-of-some-length.x',
}
const byTls: Proof = { ...byHttp, type: 'tls-alpn-01' }
const { signal } = new AbortController()

describe('a proof', () => {
  let time: number
  let stored: readonly Proof[]
  let reads: number
  let away: boolean
  let slept: number[]

  beforeEach(() => {
    time = 0
    stored = []
    reads = 0
    away = false
    slept = []
  })

  const replica = () =>
    createProofs({
      store: {
        async proofs() {
          reads += 1
          if (away) throw new Error('the store is away')
          return stored
        },
        async saveProofs(proofs) {
          stored = proofs
        },
      },
      sleep: async milliseconds => slept.push(milliseconds),
      signal,
      clock: () => time,
    })

  test('is found by its token, or by its host, at every replica, and nowhere once it is withdrawn', async () => {
    const [a, b] = [replica(), replica()]
    await a.publish(byHttp)
    await a.publish({ ...byTls, host: 'other.test' })
    for (const each of [a, b]) {
      expect(await each.forToken(byHttp.token)).toEqual(byHttp)
      expect(await each.forHost('other.test')).toMatchObject({ type: 'tls-alpn-01' })
      expect(await each.forHost('registry.test')).toBeUndefined()
    }
    await a.withdraw()
    time += 1000
    for (const each of [a, b]) expect(await each.forToken(byHttp.token)).toBeUndefined()
  })

  test('is not announced before a replica that has just looked would look again', async () => {
    const [a, b] = [replica(), replica()]
    expect(await b.forToken(byHttp.token)).toBeUndefined()
    await a.publish(byHttp)
    time += slept[0] ?? 0
    expect(await b.forToken(byHttp.token)).toEqual(byHttp)
  })

  test('that many ask for costs the store one read in a second', async () => {
    const each = replica()
    for (let asked = 0; asked < 1000; asked += 1) await each.forToken(`no-such-token-${asked}`)
    expect(reads).toBe(1)
    time += 1000
    await Promise.all(['x', 'y', 'z'].map(each.forHost))
    expect(reads).toBe(2)
  })

  test('of this process is found while the store is away, and any other is not', async () => {
    const [a, b] = [replica(), replica()]
    await a.publish(byHttp)
    away = true
    expect(await a.forToken(byHttp.token)).toEqual(byHttp)
    expect(await b.forToken(byHttp.token)).toBeUndefined()
  })
})
