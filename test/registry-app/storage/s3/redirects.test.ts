import { describe, expect, test } from 'vitest'
import { type RedirectOptions, redirects } from '../../../../registry-app/src/storage/s3/redirects.ts'
import { fakeBucket } from './support/fake-bucket.ts'

const canary = 'canary/redirect'

function trial(options: Partial<RedirectOptions> = {}) {
  const said: [message: string, reason: unknown][] = []
  const resolved: string[] = []
  const fetched: URL[] = []
  const bucket = options.bucket ?? fakeBucket()
  const changes: Partial<RedirectOptions> = {}
  const chosen = redirects({
    disable: 'auto',
    bucket,
    endpoint: undefined,
    canary,
    fetch: async url => {
      fetched.push(url)
      return changes.fetch ? changes.fetch(url) : canary
    },
    resolve: async hostname => {
      resolved.push(hostname)
      return changes.resolve ? changes.resolve(hostname) : ['203.0.113.7']
    },
    say: (message, { reason }) => void said.push([message, reason]),
    ...options,
  })
  return { chosen, said, resolved, fetched, bucket, changes }
}

const decided = async (options: Partial<RedirectOptions>) => {
  const { chosen, said, fetched } = trial(options)
  await chosen.decide()
  return { on: chosen.on, reason: said[0]?.[1], tried: fetched.length }
}

describe('where the configuration says', () => {
  test.each([
    [true, false],
    [false, true],
  ])('disable: %s, nothing is tried', async (disable, on) => {
    const { chosen } = trial({ disable })
    expect(chosen.on).toBe(on)
    expect(await decided({ disable, resolve: async () => ['127.0.0.1'] })).toEqual({ on, reason: 'the configuration says so', tried: 0 })
  })
})

describe('left to itself', () => {
  test('sends nobody before a URL has worked, and then does', async () => {
    const { chosen, said, fetched, bucket } = trial()
    expect(chosen.on).toBe(false)
    await chosen.decide()
    expect(chosen.on).toBe(true)
    expect(said).toEqual([['clients are sent to the store for blobs', 'a URL that was signed for a try worked']])
    expect(fetched[0]).toMatchObject({ host: 'store.example', pathname: `/images/${canary}` })
    expect(fetched[0]?.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/)
    expect('objects' in bucket && bucket.objects).toEqual(new Map([[canary, Buffer.from(canary)]]))
  })

  test('tries the name by which clients reach the store', async () => {
    const { chosen, resolved, fetched } = trial({ endpoint: 'https://public.example:8443' })
    await chosen.decide()
    expect(resolved).toEqual(['public.example'])
    expect(fetched[0]?.host).toBe('public.example:8443')
  })

  test.each([
    '127.0.0.1',
    '127.8.9.10',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
  ])('sends nobody to %s, and does not even try', async address => {
    expect(await decided({ resolve: async () => ['203.0.113.7', address] })).toEqual({
      on: false,
      reason: `store.example is ${address}, which clients elsewhere cannot reach; name a public one by storage.s3.redirectendpoint`,
      tried: 0,
    })
  })

  test.each(['203.0.113.7', '172.32.0.1', '100.128.0.1', '2001:db8::1'])('sends clients to %s', async address => {
    expect(await decided({ resolve: async () => [address] })).toMatchObject({ on: true })
  })

  test('asks for the addresses of a literal one as it is, without its brackets', async () => {
    const { chosen, resolved } = trial({ endpoint: 'http://[2001:db8::1]:9000' })
    await chosen.decide()
    expect(resolved).toEqual(['2001:db8::1'])
  })

  test.each<[string, Partial<RedirectOptions>, string]>([
    [
      'the URL is refused',
      { fetch: () => Promise.reject(new Error('the store answered 403')) },
      'a URL that was signed for a try did not work: the store answered 403',
    ],
    ['it gives other bytes', { fetch: async () => 'a login page' }, 'a URL that was signed for a try gave other bytes than were stored'],
    [
      'the host is unknown',
      { resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) },
      'a URL that was signed for a try did not work: getaddrinfo ENOTFOUND',
    ],
  ])('sends nobody where %s', async (_, options, reason) => {
    expect(await decided(options)).toMatchObject({ on: false, reason })
  })

  test('sends nobody where the try cannot be stored', async () => {
    const bucket = fakeBucket()
    bucket.before = () => {
      throw new Error('it is read-only')
    }
    expect(await decided({ bucket })).toMatchObject({ on: false, reason: 'a URL that was signed for a try did not work: it is read-only' })
  })

  test('changes its mind when that changes, and says each change once', async () => {
    const { chosen, said, changes } = trial()
    await chosen.decide()
    await chosen.decide()
    changes.fetch = () => Promise.reject(new Error('the store answered 403'))
    await chosen.decide()
    await chosen.decide()
    expect(chosen.on).toBe(false)
    delete changes.fetch
    await chosen.decide()
    expect(chosen.on).toBe(true)
    expect(said.map(([message]) => message)).toEqual([
      'clients are sent to the store for blobs',
      'blobs are served here, not by the store',
      'clients are sent to the store for blobs',
    ])
  })
})
