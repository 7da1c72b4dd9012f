import { describe, expect, test } from 'vitest'
import { type RedirectOptions, redirects } from '../../../../registry-app/src/storage/s3/redirects.ts'
import { trial } from '../../s3/support/trial-bucket.ts'
import { answer, type Reply } from '../../s3/support/trial-store.ts'

const worked = 'a URL that was signed for a try worked'

/** Redirects to a store that takes whatever is put, and says what was decided. */
async function open(options: Partial<RedirectOptions> = {}, replies: Reply[] = [answer(200)]) {
  const { bucket, store } = await trial(replies)
  const said: [string, unknown][] = []
  const fetched: URL[] = []
  const sending = redirects({
    disable: 'auto',
    bucket,
    endpoint: 'https://store.example',
    canary: 'a/canary',
    readOnly: false,
    resolve: async () => ['93.184.215.14'],
    say: (message, { reason }) => said.push([message, reason]),
    ...options,
    fetch: async url => {
      fetched.push(url)
      return (options.fetch ?? (async () => 'a/canary'))(url)
    },
  })
  return { sending, said, fetched, store }
}

describe('left to itself', () => {
  test('tries the object of an earlier start where nothing may be written', async () => {
    const { sending, fetched, store } = await open({ readOnly: true }, [])
    await sending.decide()
    expect([sending.on, fetched.length, store.requests]).toEqual([true, 1, []])
  })

  test('sends nobody until it has seen a URL work', async () => {
    const { sending } = await open()
    expect(sending.on).toBe(false)
    await sending.decide()
    expect(sending.on).toBe(true)
  })

  test('tries a URL as a client would get it: to an object of its own, at the name that clients know', async () => {
    const { sending, fetched, store } = await open()
    await sending.decide()
    expect(store.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['PUT /images/a/canary'])
    expect(fetched.map(({ origin, pathname }) => origin + pathname)).toEqual(['https://store.example/images/a/canary'])
    expect(fetched[0]?.searchParams.has('X-Amz-Signature')).toBe(true)
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.1.2.3',
  ])('sends nobody to %s, and tries nothing there', async address => {
    const { sending, said, fetched } = await open({ resolve: async () => ['93.184.215.14', address] }, [])
    await sending.decide()
    expect(sending.on).toBe(false)
    expect(fetched).toEqual([])
    const reason = `store.example is ${address}, which clients elsewhere cannot reach; name a public one by storage.s3.redirectendpoint`
    expect(said).toEqual([['blobs are served here, not by the store', reason]])
  })

  test.each(['93.184.215.14', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('sends clients to %s', async address => {
    const { sending, said } = await open({ resolve: async () => [address] })
    await sending.decide()
    expect(said).toEqual([['clients are sent to the store for blobs', worked]])
  })

  test.each<[string, Partial<RedirectOptions>, Reply[], string]>([
    ['fetching it fails', { fetch: () => Promise.reject(new Error('the store answered 403')) }, [answer(200)], 'the store answered 403'],
    ['other bytes come', { fetch: async () => '<html>' }, [answer(200)], 'gave other bytes than were stored'],
    ['the name is none', { resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) }, [], 'ENOTFOUND'],
    ['nothing can be stored', {}, [answer(403)], '403'],
  ])('serves here where %s, and says so', async (_, options, replies, reason) => {
    const { sending, said } = await open(options, replies)
    await sending.decide()
    expect(sending.on).toBe(false)
    expect(said).toEqual([['blobs are served here, not by the store', expect.stringContaining(reason)]])
  })

  test('changes its mind with the store, and says each change once', async () => {
    let works = true
    const fetch = async () => {
      if (!works) throw new Error('the store answered 403')
      return 'a/canary'
    }
    const { sending, said } = await open(
      { fetch },
      Array.from({ length: 5 }, () => answer(200)),
    )
    const decisions: boolean[] = []
    for (const now of [true, true, false, false, true]) {
      works = now
      await sending.decide()
      decisions.push(sending.on)
    }
    expect(decisions).toEqual([true, true, false, false, true])
    expect(said.map(([message]) => message)).toEqual([
      'clients are sent to the store for blobs',
      'blobs are served here, not by the store',
      'clients are sent to the store for blobs',
    ])
  })
})

test.each([
  [true, false],
  [false, true],
])('told by disable: %s, tries nothing, and sends clients from the start: %s', async (disable, on) => {
  const { sending, said, fetched } = await open({ disable }, [])
  expect(sending.on).toBe(on)
  await sending.decide()
  expect(sending.on).toBe(on)
  expect(fetched).toEqual([])
  expect(said.map(([, reason]) => reason)).toEqual(['the configuration says so'])
})
