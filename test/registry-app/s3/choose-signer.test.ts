import { describe, expect, test } from 'vitest'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, type Received, type Reply, refusal, reset } from './support/trial-store.ts'

const versionOf = ({ headers }: Received) => (String(headers.authorization).startsWith('AWS4') ? 'v4' : 'v2')

/** Takes one version, and answers the other as it likes. */
const takes =
  (version: 'v2' | 'v4', otherwise: Reply): Reply =>
  (response, request) =>
    versionOf(request) === version ? answer(200)(response, request) : otherwise(response, request)

const auto = (replies: Reply[]) => trial(replies, { signing: 'auto' })

describe('auto', () => {
  test('is version 4 where the store takes it', async () => {
    const { bucket, store } = await auto([answer(200), answer(200), answer(200)])
    await headObject(bucket, 'a')
    await headObject(bucket, 'b')
    expect(store.requests.map(request => `${versionOf(request)} ${request.method} ${request.url}`)).toEqual([
      'v4 GET /images?max-keys=1',
      'v4 HEAD /images/a',
      'v4 HEAD /images/b',
    ])
  })

  test.each<[string, Reply]>([
    ['400 InvalidRequest', refusal(400, 'InvalidRequest')],
    ['403 AccessDenied, as to a stranger', refusal(403, 'AccessDenied')],
    ['403 SignatureDoesNotMatch', refusal(403, 'SignatureDoesNotMatch')],
    ['401', answer(401)],
    ['501', refusal(501, 'NotImplemented')],
  ])('is version 2 where the store answers version 4 with %s and takes that', async (_, otherwise) => {
    const store = takes('v2', otherwise)
    const { bucket, store: asked } = await auto([store, store, store, store])
    await headObject(bucket, 'a')
    await headObject(bucket, 'b')
    expect(asked.requests.map(versionOf)).toEqual(['v4', 'v2', 'v2', 'v2'])
  })

  test('stays with version 4 where the store refuses both: the reason is another', async () => {
    const no = refusal(403, 'AccessDenied')
    const { bucket, store } = await auto([no, no, no])
    expect(await failureOf(headObject(bucket, 'a'))).toMatchObject({ status: 403, operation: 'HeadObject' })
    expect(store.requests.map(versionOf)).toEqual(['v4', 'v2', 'v4'])
  })

  test('does not try version 2 where the bucket is not there', async () => {
    const { bucket, store } = await auto([refusal(404, 'NoSuchBucket'), answer(404)])
    expect(await headObject(bucket, 'a')).toBeUndefined()
    expect(store.requests.map(versionOf)).toEqual(['v4', 'v4'])
  })

  test('asks once for all who begin together', async () => {
    const { bucket, store } = await auto([answer(200), answer(200), answer(200)])
    await Promise.all([headObject(bucket, 'a'), headObject(bucket, 'b')])
    expect(store.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('asks again later where the store was away', async () => {
    const { bucket, store } = await trial([reset, answer(200), answer(200)], { signing: 'auto', retries: { attempts: 1 } })
    expect(await failureOf(headObject(bucket, 'a'))).toMatchObject({ unavailable: true })
    await headObject(bucket, 'a')
    expect(store.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'HEAD'])
  })
})

test.each(['v2', 'v4'] as const)('%s asks nothing before', async signing => {
  const { bucket, store } = await trial([answer(200)], { signing })
  await headObject(bucket, 'a')
  expect(store.requests.map(versionOf)).toEqual([signing])
})
