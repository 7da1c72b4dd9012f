import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { createSeal } from '../../../registry-app/src/storage/seal.ts'
import { openAuthority } from '../../../registry-app/src/tls/acme/authority.ts'
import { acmeStore } from '../../../registry-app/src/tls/acme/store.ts'
import { authority } from '../../registry-app/tls/support/certificates.ts'
import { suite } from '../support/suite.ts'
import { clientOf } from './support/client.ts'
import { nameServer, type Pebble, pebble as pebbleTool, startPebble } from './support/pebble.ts'
import { type Replica, type ReplicaOptions, startReplica } from './support/replica.ts'

const day = 24 * 3_600_000

suite('certificates from Pebble', [pebbleTool, nameServer], () => {
  let pebble: Pebble
  let root: string
  const running: Replica[] = []

  beforeAll(async () => {
    pebble = await startPebble({ refusedNonces: 15 })
    root = await pebble.root()
  })

  afterEach(async () => {
    for (const replica of running.splice(0)) await replica.stop()
  })

  const start = async (options: Omit<ReplicaOptions, 'pebble'>) => {
    const replica = await startReplica({ pebble, ...options })
    running.push(replica)
    return replica
  }
  const newDriver = () => memoryDriver({ now: () => new Date() })
  const served = /a certificate is served/

  it.each(['tls-alpn-01', 'http-01'] as const)('the first one comes by %s, and a client trusts it', async challenge => {
    const host = `${challenge}.registry.test`
    const replica = await start({ hosts: [host], challenges: [challenge] })
    expect(replica.certificates.waiting?.().get(host)).toMatch(/ordered/)
    await replica.says(served)
    const client = clientOf(replica.port, root)
    expect(await client.ask(host)).toMatchObject({ status: 200 })
    client.close()
    await expect(clientOf(replica.port, root).ask('other.test')).rejects.toThrow(/ECONNRESET|alert|socket|disconnected/)
    expect(replica.certificates.waiting?.().size).toBe(0)
  })

  it.each(['tls-alpn-01', 'http-01'] as const)('a proof by %s is found at a replica that did not order', async challenge => {
    const hosts = [`shared-${challenge}.test`]
    const driver = newDriver()
    const ordering = await start({ hosts, driver, challenges: [challenge], reachable: false })
    await ordering.says(/ordering a certificate/)
    const asked = await start({ hosts, driver, challenges: [challenge] })
    await Promise.all([ordering.says(served), asked.says(served)])
    expect(asked.log()).not.toContain('ordering a certificate')
  })

  it('a certificate is renewed when a third is left, and the connection that was open stays', async () => {
    const replica = await start({ hosts: ['renewed.test'] })
    await replica.says(served)
    const client = clientOf(replica.port, root)
    const before = await client.ask('renewed.test')
    const orders = pebble.orders()
    replica.pass(62 * day)
    await replica.says(/renewing a certificate[\s\S]*a certificate is served/)
    expect(pebble.orders()).toBe(orders + 1)
    const after = await client.ask('renewed.test')
    expect(after.connection).toBe(before.connection)
    client.close()
    expect((await clientOf(replica.port, root).ask('renewed.test')).serial).not.toBe(before.serial)
    expect(pebble.log()).toContain('is a replacement of')
  })

  it('a certificate is renewed at once when Pebble says so (ARI), and not before', async () => {
    const replica = await start({ hosts: ['ari.test'] })
    await replica.says(served)
    const [held] = [replica.certificates.find('ari.test')]
    replica.pass(day)
    await replica.says(/said when to renew/)
    await pebble.setRenewalInfo(held?.pair.cert ?? '', { start: new Date(Date.now() - 3_600_000), end: new Date(Date.now() - 60_000) })
    const orders = pebble.orders()
    replica.pass(7 * 3_600_000)
    await replica.says(/renewing a certificate[\s\S]*a certificate is served/)
    expect(pebble.orders()).toBe(orders + 1)
  })

  it('a deactivated account is replaced by a new one', async () => {
    const driver = newDriver()
    const first = await start({ hosts: ['account.test'], driver })
    await first.says(served)
    const account = await acmeStore(driver, 'acme/', pebble.directoryUrl, createSeal('a secret', 'acme private keys')).account()
    if (!account) throw new Error('there is no account')
    await deactivate(pebble, account)
    first.pass(62 * day)
    await first.says(/Account has been deactivated[\s\S]*registered at[\s\S]*a certificate is served/)
  })

  it('an authority that forgot everything is told of the account again', async () => {
    const own = await startPebble()
    const replica = await startReplica({ pebble: own, hosts: ['forgotten.test'] })
    running.push(replica)
    await replica.says(served)
    await own.stop()
    await own.startAgain()
    replica.pass(62 * day)
    await replica.says(/does not take the account any more[\s\S]*a certificate is served[\s\S]*/)
    expect(replica.log()).toMatch(/a new one is made.*account/)
  })

  it('an authority that is away leaves the old certificate in service, and is asked again later', async () => {
    const own = await startPebble()
    const replica = await startReplica({ pebble: own, hosts: ['away.test'] })
    running.push(replica)
    await replica.says(served)
    const ownRoot = await own.root()
    await own.stop()
    replica.pass(62 * day)
    await replica.says(/no new certificate for away.test: the certificate authority at 127.0.0.1:\d+ cannot be reached: .*ECONNREFUSED/)
    const client = clientOf(replica.port, ownRoot)
    expect(await client.ask('away.test')).toMatchObject({ status: 200 })
    client.close()
    await own.startAgain()
    replica.pass(5 * 60_000)
    await replica.says(/renewing a certificate[\s\S]*renewing a certificate[\s\S]*a certificate is served/)
  })

  describe('a challenge that fails says why', () => {
    it.each([
      ['tls-alpn-01', /tls-alpn-01 failed: .*reached nobody at port 443 of closed-tls-alpn-01.test: open that port/],
      ['http-01', /http-01 failed: .*reached nobody at port 80 of closed-http-01.test: open that port/],
    ] as const)('%s: nobody listens', async (challenge, reason) => {
      const replica = await start({ hosts: [`closed-${challenge}.test`], challenges: [challenge], reachable: false })
      await replica.says(reason)
      expect(replica.certificates.waiting?.().get(`closed-${challenge}.test`)).toMatch(/the next try is at \d{4}-/)
    })

    it('the DNS does not know the name', async () => {
      await pebble.forget('nowhere.test')
      const replica = await start({ hosts: ['nowhere.test'], challenges: ['http-01'] })
      await replica.says(/http-01 failed: .*its DNS finds no address of nowhere.test: make an A or AAAA record/)
    })

    it.each([
      ['tls-alpn-01', /look whether the DNS record of elsewhere-tls-alpn-01.test points here, and whether a proxy ends TLS before/],
      ['http-01', /somebody else answers at http:.*: look whether the DNS record of elsewhere-http-01.test points here/],
    ] as const)('%s: somebody else answers', async (challenge, reason) => {
      const other = await start({ hosts: ['other.test'] })
      await other.says(served)
      const replica = await start({ hosts: [`elsewhere-${challenge}.test`], challenges: [challenge], reachable: false })
      await replica.says(reason)
    })
  })

  it('the next challenge has its turn after one failed, and a restart does not try sooner', async () => {
    const driver = newDriver()
    const closed = await start({ hosts: ['turns.test'], challenges: ['tls-alpn-01', 'http-01'], driver, reachable: false })
    await closed.says(/tls-alpn-01 failed/)
    const orders = pebble.orders()
    const again = await start({ hosts: ['turns.test'], challenges: ['tls-alpn-01', 'http-01'], driver })
    expect(pebble.orders()).toBe(orders)
    again.pass(70_000)
    await again.says(/challenge=http-01[\s\S]*a certificate is served/)
  })

  it('all that went well though Pebble refused nonces, which were asked for anew', () => {
    const count = (what: RegExp) => [...pebble.log().matchAll(what)].length
    const issued = count(/Issued certificate/g)
    expect(issued).toBeGreaterThan(5)
    expect(count(/POST \/(finalize-order|certZ)\//g)).toBeGreaterThan(2 * issued)
  })

  describe('an authority that wants to know who registers', () => {
    const kid = 'kid-1'
    const hmackey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'

    it('is named with what it wants, and takes the key that it gave', async () => {
      const own = await startPebble({ accountKeys: { [kid]: hmackey } })
      const without = await startReplica({ pebble: own, hosts: ['eab.test'] })
      running.push(without)
      await without.says(/set http.tls.letsencrypt.eab.kid and eab.hmackey to what it gave you/)
      await without.stop()
      const wrong = await startReplica({ pebble: own, hosts: ['eab.test'], eab: { kid, hmackey: 'AAAA' } })
      running.push(wrong)
      await wrong.says(/no certificate for eab.test/)
      expect(wrong.log()).not.toContain('AAAA')
      await wrong.stop()
      const right = await startReplica({ pebble: own, hosts: ['eab.test'], eab: { kid, hmackey } })
      running.push(right)
      await right.says(served)
      expect(right.log()).not.toContain(hmackey)
    })
  })
})

/** As its owner, or the authority, would. */
async function deactivate({ directoryUrl }: Pebble, account: { key: string; url: string }): Promise<void> {
  const { signal } = new AbortController()
  await openAuthority({
    directoryUrl,
    eab: undefined,
    ca: authority,
    userAgent: 'test',
    now: () => new Date(),
    sleep: async () => {},
    signal,
  })
  const { Client } = await import('acme-client')
  await new Client({ directoryUrl, accountKey: account.key, accountUrl: account.url }).updateAccount({ status: 'deactivated' })
}
