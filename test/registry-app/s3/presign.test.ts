import { expect, test } from 'vitest'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'
import { presign } from '../../../registry-app/src/s3/presign.ts'
import { trialBucket } from './support/trial-bucket.ts'
import { trialTime } from './support/trial-store.ts'

const open = async (options: Partial<S3Options>) => (await trialBucket({ endpoint: 'http://10.0.0.1:9000', ...options })).bucket

test('signs for the client’s own endpoint by version 4', async () => {
  const url = await presign(await open({}), 'GET', 'a b/c', 600)
  expect(url.origin + url.pathname).toBe('http://10.0.0.1:9000/images/a%20b/c')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20260301/east-1/s3/aws4_request',
    'X-Amz-Date': '20260301T120000Z',
    'X-Amz-Expires': '600',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('signs by version 2', async () => {
  const url = await presign(await open({ signing: 'v2' }), 'GET', 'a', 600)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    Expires: String(trialTime.getTime() / 1000 + 600),
    Signature: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
  })
})

test('signs for another name of the store, with another signature', async () => {
  const bucket = await open({})
  const [own, other] = [
    await presign(bucket, 'GET', 'a', 600),
    await presign(bucket, 'GET', 'a', 600, { endpoint: 'https://s3.example.com' }),
  ]
  expect(other.origin + other.pathname).toBe('https://s3.example.com/images/a')
  expect(other.searchParams.get('X-Amz-Signature')).not.toBe(own.searchParams.get('X-Amz-Signature'))
})

test('signs the method: HEAD is not GET', async () => {
  const bucket = await open({})
  const signatures = await Promise.all(
    (['GET', 'HEAD'] as const).map(async method => (await presign(bucket, method, 'a', 600)).searchParams.get('X-Amz-Signature')),
  )
  expect(signatures[0]).not.toBe(signatures[1])
})

test.each([
  ['as long as asked for', 600, 3600, '600'],
  ['no longer than the credentials', 600, 90, '90'],
  ['a second at least', 600, 0, '1'],
  ['a week at most', 10_000_000, undefined, '604800'],
])('is good for %s', async (_, asked, left, seconds) => {
  const expiration = left === undefined ? undefined : new Date(trialTime.getTime() + left * 1000)
  const bucket = await open({ credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 't', expiration }) })
  const url = await presign(bucket, 'GET', 'a', asked)
  expect(url.searchParams.get('X-Amz-Expires')).toBe(seconds)
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe('t')
})
