import { beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { createLease } from '../../../../registry-app/src/storage/lease.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { createSeal } from '../../../../registry-app/src/storage/seal.ts'
import { createKeeper, type Keeper } from '../../../../registry-app/src/tls/acme/keeper.ts'
import { AcmeProblem, AcmeUnreachable, ChallengeFailed, type ChallengeType } from '../../../../registry-app/src/tls/acme/problem.ts'
import { createProofs } from '../../../../registry-app/src/tls/acme/proofs.ts'
import { acmeStore } from '../../../../registry-app/src/tls/acme/store.ts'
import { first, second } from '../support/certificates.ts'
import { fakeAuthority } from './support/fake-authority.ts'

const minute = 60_000
const year = 365 * 24 * 60 * minute
/** The certificates of these tests are made at the end of 2026, for a hundred years. */
const soon = Date.parse('2027-01-01T00:00:00Z')
const due = soon + 80 * year
const host = 'registry.test'
const problem = (type: string, detail: string, retryAfter?: number) =>
  new AcmeProblem({ type: `urn:ietf:params:acme:error:${type}`, detail }, { status: 400, retryAfter })

let driver: StorageDriver
let time: number
let names: number

beforeEach(() => {
  driver = memoryDriver({ now: () => new Date(time) })
  time = soon
  names = 0
})

interface Process {
  keeper: Keeper
  /** What it logged. */
  said(): string
  round(): Promise<number>
}

/** One of the processes that share a store. */
function start(
  authority: ReturnType<typeof fakeAuthority>,
  {
    hosts = [host],
    secret = 'a secret',
    email = undefined as string | undefined,
    challenges = ['tls-alpn-01', 'http-01'] as ChallengeType[],
  } = {},
): Process {
  const { signal } = new AbortController()
  const sleep = async () => {}
  const clock = () => time
  const directoryUrl = 'https://authority.test/directory'
  const store = acmeStore(driver, 'acme/', directoryUrl, createSeal(secret, 'acme private keys'))
  const lines: string[] = []
  const log = createLog({ level: 'debug', formatter: 'text', fields: {}, now: () => new Date(time), write: text => lines.push(text) })
  names += 1
  const keeper = createKeeper({
    hosts,
    challenges,
    email,
    directoryUrl,
    store,
    lease: createLease({ driver, folder: store.leaseFolder, name: `process ${names}`, sleep, clock }),
    proofs: createProofs({ store, sleep, signal, clock }),
    authority: async () => authority,
    context: {},
    log,
    now: clock,
    random: () => 0,
    signal,
  })
  const said = () => {
    log.flush()
    return lines.join('')
  }
  return { keeper, said, round: keeper.round }
}

const served = ({ keeper }: Process) => keeper.held.get(host)?.pair.cert

describe('the first certificate', () => {
  test('is ordered, served and stored, with its key and the account’s sealed', async () => {
    const authority = fakeAuthority()
    const a = start(authority, { email: 'ops@registry.test' })
    expect([...a.keeper.waiting.keys()]).toEqual([host])
    await a.round()
    expect(served(a)).toBe(first.cert)
    expect([...a.keeper.waiting]).toEqual([])
    expect(authority.orders).toMatchObject([{ host, challenge: 'tls-alpn-01', replaces: undefined }])
    const stored = await everything()
    expect(Object.keys(stored).map(key => key.replace(/^acme\/authority.test-[0-9a-f]{8}\//, ''))).toEqual([
      'account',
      `attempts/${host}`,
      `certificates/${host}`,
      'lease/000000000001',
    ])
    expect(JSON.stringify(stored)).not.toContain('PRIVATE KEY')
  })

  test('is taken over by a process that starts later, and nothing is ordered', async () => {
    const authority = fakeAuthority()
    await start(authority).round()
    const later = start(authority)
    await later.keeper.look()
    expect(served(later)).toBe(first.cert)
    await later.round()
    expect(authority.orders).toHaveLength(1)
  })

  test('is ordered once by two processes that want it at once; the other waits, says so, and takes it over', async () => {
    const b = start(fakeAuthority())
    const authority = fakeAuthority({
      async meanwhile() {
        expect(await b.round()).toBe(5000)
        expect(b.keeper.waiting.get(host)).toBe('another replica is ordering it')
      },
    })
    const a = start(authority)
    await a.round()
    await b.round()
    expect([served(a), served(b)]).toEqual([first.cert, first.cert])
    expect(authority.orders).toHaveLength(1)
  })

  test('of each name is ordered by itself: one that fails keeps no other', async () => {
    const authority = fakeAuthority({
      refuse: (_, request) => (request.host === host ? undefined : problem('rejectedIdentifier', 'forbidden')),
    })
    const a = start(authority, { hosts: ['wrong.test', host] })
    await a.round()
    expect(served(a)).toBe(first.cert)
    expect([...a.keeper.waiting.keys()]).toEqual(['wrong.test'])
  })
})

describe('a certificate that is due', () => {
  test('is renewed, and says which it replaces', async () => {
    const authority = fakeAuthority()
    const a = start(authority)
    await a.round()
    time = due
    await a.round()
    expect(served(a)).toBe(second.cert)
    expect(authority.orders[1]).toMatchObject({ host, replaces: first.cert })
  })

  test('is renewed once by two processes, and the other serves the new one after its next look', async () => {
    const authority = fakeAuthority()
    const [a, b] = [start(authority), start(authority)]
    await a.round()
    await b.round()
    time = due
    await Promise.all([a.round(), b.round()])
    await Promise.all([a.round(), b.round()])
    expect([served(a), served(b)]).toEqual([second.cert, second.cert])
    expect(authority.orders).toHaveLength(2)
  })

  test('stays in service while the authority is away, and is tried again ever more seldom', async () => {
    let away = false
    const refuse = () =>
      away ? new AcmeUnreachable('the certificate authority at authority.test cannot be reached: ECONNREFUSED') : undefined
    const authority = fakeAuthority({ refuse })
    const a = start(authority)
    await a.round()
    time = due
    away = true
    const tries: number[] = []
    for (let passed = 0; passed < 60 * minute; passed += 30_000) {
      const before = authority.orders.length
      await a.round()
      if (authority.orders.length > before) tries.push((time - due) / minute)
      time += 30_000
    }
    expect(tries).toEqual([0, 1, 5, 20, 35, 50])
    expect(served(a)).toBe(first.cert)
    expect(a.said()).toContain(`no new certificate for ${host}: the certificate authority at authority.test cannot be reached`)
    away = false
    time += 30 * minute
    await a.round()
    expect(served(a)).toBe(second.cert)
  })

  test('is not ordered again and again where the clock is wrong', async () => {
    const authority = fakeAuthority()
    time = soon + 200 * year
    const a = start(authority)
    for (let round = 0; round < 100; round += 1) {
      await a.round()
      time += 30_000
    }
    await start(authority).round()
    expect(authority.orders).toHaveLength(1)
  })
})

describe('a failure', () => {
  const refuse = () => new ChallengeFailed('tls-alpn-01', problem('connection', 'Connection refused'))

  test('is waited out by every process, and by one that is started anew', async () => {
    const authority = fakeAuthority({ refuse })
    const a = start(authority)
    await a.round()
    const b = start(authority)
    for (const each of [a, b, start(authority)]) await each.round()
    expect(authority.orders).toHaveLength(1)
    expect(b.keeper.waiting.get(host)).toContain('port 443')
    expect(b.keeper.waiting.get(host)).toMatch(/the next try is at 2027-01-01T00:01:00/)
    time += minute
    await b.round()
    expect(authority.orders).toHaveLength(2)
  })

  test('lets the other challenge have its turn', async () => {
    const authority = fakeAuthority({ refuse })
    const a = start(authority)
    await a.round()
    time += minute
    await a.round()
    expect(authority.orders.map(({ challenge }) => challenge)).toEqual(['tls-alpn-01', 'http-01'])
  })

  test('that the authority limits by Retry-After is not tried before that', async () => {
    let limited = true
    const authority = fakeAuthority({ refuse: () => (limited ? problem('rateLimited', 'too many', 10 * 60 * minute) : undefined) })
    const a = start(authority)
    await a.round()
    limited = false
    time += 10 * 60 * minute - 1
    await a.round()
    expect(authority.orders).toHaveLength(1)
    time += 1
    await a.round()
    expect(served(a)).toBe(first.cert)
  })

  test('leaves no proof behind, and frees the lease', async () => {
    await start(fakeAuthority({ refuse })).round()
    const stored = await everything()
    expect(Object.keys(stored).filter(key => key.endsWith('/proofs'))).toEqual([])
    expect(Object.entries(stored).filter(([key]) => key.includes('/lease/'))).toMatchObject([[expect.any(String), 'free']])
  })
})

describe('an account', () => {
  test.each(['unauthorized', 'accountDoesNotExist'])('that the authority does not take any more (%s) is made anew, once', async type => {
    const authority = fakeAuthority({
      refuse: ({ url }) => (url.endsWith('/1') ? problem(type, 'Account has been deactivated') : undefined),
    })
    const a = start(authority)
    await a.round()
    expect(authority.accounts).toHaveLength(2)
    expect(served(a)).toBe(first.cert)
    expect(a.said()).toContain('does not take the account any more, a new one is made')
    time = due
    await a.round()
    expect(authority.accounts).toHaveLength(2)
  })

  test('is not made again and again where each is refused', async () => {
    const authority = fakeAuthority({ refuse: () => problem('unauthorized', 'Account has been deactivated') })
    const a = start(authority)
    await a.round()
    expect(authority.accounts).toHaveLength(2)
    expect(a.keeper.waiting.get(host)).toContain('look whether the account was deactivated')
  })
})

describe('with another http.secret', () => {
  test('nothing is ordered, and the reason says what to do', async () => {
    const authority = fakeAuthority()
    await start(authority).round()
    const stranger = start(authority, { secret: 'another' })
    await stranger.round()
    await stranger.round()
    expect(authority.orders).toHaveLength(1)
    expect(stranger.keeper.waiting.get(host)).toMatch(
      /was sealed with another http.secret: .* or delete acme\/.*\/certificates\/registry.test/,
    )
  })

  test('a new one is ordered once the object is deleted, as the reason says; the account has to go, too', async () => {
    const authority = fakeAuthority()
    await start(authority).round()
    const stranger = start(authority, { secret: 'another' })
    await stranger.round()
    const gone = Object.keys(await everything()).filter(key => /certificates|account/.test(key))
    await driver.delete(gone)
    time += 13 * 60 * minute
    await stranger.round()
    expect(authority.orders).toHaveLength(2)
    expect(stranger.keeper.held.has(host)).toBe(true)
  })
})

test('a store that is away is said, and does no harm', async () => {
  const authority = fakeAuthority()
  const a = start(authority)
  await a.round()
  const { list } = driver
  driver.list = () => {
    throw new Error('the store is away')
  }
  expect(await a.round()).toBe(30_000)
  driver.list = list
  expect(served(a)).toBe(first.cert)
  expect(a.said()).toContain('looking after the certificates failed')
})

async function everything(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { objects } of driver.list('')) {
    for (const { key } of objects) found[key] = Buffer.from((await driver.read(key, { limit: 1e6 })) ?? []).toString()
  }
  return found
}
