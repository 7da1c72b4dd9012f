import { describe, expect, test } from 'vitest'
import { listObjects } from '../../../registry-app/src/s3/list-objects.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, type Reply, refusal } from './support/trial-store.ts'

const object = (key: string, size = 1) =>
  `<Contents><Key>${key}</Key><LastModified>2026-02-03T04:05:06.000Z</LastModified><ETag>"e"</ETag><Size>${size}</Size></Contents>`
const prefix = (name: string) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`
const modified = new Date('2026-02-03T04:05:06Z')

const second = (items: string, token = '') =>
  answer(
    200,
    `<ListBucketResult><KeyCount>1</KeyCount><EncodingType>url</EncodingType><IsTruncated>${token !== ''}</IsTruncated>` +
      `${token && `<NextContinuationToken>${token}</NextContinuationToken>`}${items}</ListBucketResult>`,
  )
const first = (items: string, { truncated = false, next = '' } = {}) =>
  answer(
    200,
    `<ListBucketResult><Marker></Marker><IsTruncated>${truncated}</IsTruncated>${next && `<NextMarker>${next}</NextMarker>`}${items}</ListBucketResult>`,
  )

describe('version 2', () => {
  test('goes from page to page by the store’s token', async () => {
    const { bucket, store } = await trial([second(prefix('a%2F0%2F') + object('a%2F1', 5), 'tok/1'), second(object('a%2Fc+d'))])
    const pages = await Array.fromAsync(listObjects(bucket, 'a/', { delimiter: '/', startAfter: 'a/0', pageSize: 2 }))
    expect(pages).toEqual([
      { objects: [{ key: 'a/1', size: 5, modified }], prefixes: ['a/0/'], truncated: true },
      { objects: [{ key: 'a/c d', size: 1, modified }], prefixes: [], truncated: false },
    ])
    const common = 'delimiter=%2F&encoding-type=url&list-type=2&max-keys=2&prefix=a%2F&start-after=a%2F0'
    expect(store.requests.map(({ url }) => url)).toEqual([`/images?${common}`, `/images?continuation-token=tok%2F1&${common}`])
  })

  test('folds at /_ as well', async () => {
    const { bucket, store } = await trial([second(prefix('r%2Fone%2F_'))])
    expect(await Array.fromAsync(listObjects(bucket, 'r/', { delimiter: '/_' }))).toEqual([
      { objects: [], prefixes: ['r/one/_'], truncated: false },
    ])
    expect(store.requests[0]?.url).toContain('delimiter=%2F_&')
  })

  test('an empty bucket is one empty page', async () => {
    const { bucket } = await trial([second('')])
    expect(await Array.fromAsync(listObjects(bucket, ''))).toEqual([{ objects: [], prefixes: [], truncated: false }])
  })

  test('goes on behind all that is folded in the last name, which some stores would begin again with', async () => {
    const { bucket, store } = await trial([second(prefix('a/') + prefix('b/'), 't1'), second(prefix('c/'))])
    const pages = await Array.fromAsync(listObjects(bucket, '', { delimiter: '/' }))
    expect(pages.map(({ prefixes }) => prefixes)).toEqual([['a/', 'b/'], ['c/']])
    expect(store.requests[1]?.url).toContain('start-after=b%2F%F4%8F%BF%BF')
    expect(store.requests[1]?.url).not.toContain('continuation-token')
  })

  test('names are taken as they stand where the store does not say that they are encoded', async () => {
    const { bucket } = await trial([answer(200, `<ListBucketResult><KeyCount>1</KeyCount>${object('a+b%20c&amp;d')}</ListBucketResult>`)])
    expect((await Array.fromAsync(listObjects(bucket, '')))[0]?.objects[0]?.key).toBe('a+b%20c&d')
  })

  test('does not turn in circles with a store that gives the same page again', async () => {
    const { bucket } = await trial([second('', 't1'), second('', 't1')])
    expect(String(await failureOf(Array.fromAsync(listObjects(bucket, ''))))).toContain('the store gives the same page again')
  })

  test('a bucket that is not there is an error', async () => {
    const { bucket } = await trial([refusal(404, 'NoSuchBucket')])
    expect(await failureOf(Array.fromAsync(listObjects(bucket, '')))).toMatchObject({ code: 'NoSuchBucket' })
  })
})

describe('version 1', () => {
  test('is asked for from the start where it is configured', async () => {
    const { bucket, store } = await trial([first(object('a')), first(object('b'))], { listing: 1 })
    await Array.fromAsync(listObjects(bucket, 'p/', { startAfter: 'p/0' }))
    expect(store.requests[0]?.url).toBe('/images?encoding-type=url&marker=p%2F0&prefix=p%2F')
  })

  test.each<[string, Reply, string]>([
    ['goes on after the marker that the store names', first(prefix('a/') + object('b'), { truncated: true, next: 'b1' }), 'b1'],
    ['goes on after the last key where it names none', first(prefix('a/') + object('b'), { truncated: true }), 'b'],
    ['goes on behind all that is folded in the last name', first(object('a') + prefix('b/'), { truncated: true }), 'b%2F%F4%8F%BF%BF'],
  ])('%s', async (_, reply, marker) => {
    const { bucket, store } = await trial([reply, first(object('c'))], { listing: 1 })
    await Array.fromAsync(listObjects(bucket, '', { delimiter: '/' }))
    expect(store.requests[1]?.url).toBe(`/images?delimiter=%2F&encoding-type=url&marker=${marker}`)
  })

  test.each<[string, Reply]>([
    ['501', refusal(501, 'NotImplemented')],
    ['405', refusal(405, 'MethodNotAllowed')],
    ['400', refusal(400, 'InvalidArgument')],
  ])('is what remains where the store answers the other with %s, and that is remembered', async (_, reply) => {
    const { bucket, store } = await trial([reply, first(object('a')), first(object('b'))])
    for (const key of ['a', 'b']) expect((await Array.fromAsync(listObjects(bucket, '')))[0]?.objects[0]?.key).toBe(key)
    expect(store.requests.map(({ url }) => url.includes('list-type'))).toEqual([true, false, false])
    expect(bucket.dialect.list).toBe(1)
  })

  test('is recognised where the store does not see the parameter, and its page is used', async () => {
    const { bucket, store } = await trial([first(object('a'), { truncated: true }), first(object('b'))])
    const pages = await Array.fromAsync(listObjects(bucket, ''))
    expect(pages.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual(['a', 'b'])
    expect(store.requests[1]?.url).toBe('/images?encoding-type=url&marker=a')
  })

  test('is asked again where the store did not see the place to start after either', async () => {
    const { bucket, store } = await trial([first(object('a')), first(object('c'))])
    const pages = await Array.fromAsync(listObjects(bucket, '', { startAfter: 'b' }))
    expect(pages.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual(['c'])
    expect(store.requests[1]?.url).toBe('/images?encoding-type=url&marker=b')
  })

  test('is not tried once the store has shown that it knows version 2', async () => {
    const { bucket, store } = await trial([second(''), refusal(400, 'InvalidArgument')])
    await Array.fromAsync(listObjects(bucket, ''))
    expect(await failureOf(Array.fromAsync(listObjects(bucket, '')))).toMatchObject({ code: 'InvalidArgument' })
    expect(store.requests).toHaveLength(2)
  })
})
