import { expect, test } from 'vitest'
import type { S3Options } from '../../../registry-app/src/s3/options.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, refusal } from './support/trial-store.ts'

const content = [Buffer.from('hello '), Buffer.from('world')]

test('sends all pieces as one body, and tells the ETag', async () => {
  const { bucket, store } = await trial([answer(200, '', { etag: '"e1"' })])
  expect(await putObject(bucket, 'a/b', content)).toEqual({ etag: '"e1"' })
  expect(store.requests).toMatchObject([{ method: 'PUT', url: '/images/a/b', body: 'hello world' }])
})

test('sends the digest that is known', async () => {
  const { bucket, store } = await trial([answer(200)])
  await putObject(bucket, 'a/b', content, { contentSha256: 'c0ffee' })
  expect(store.requests[0]?.headers).toMatchObject({ 'x-amz-content-sha256': 'c0ffee' })
})

test('bytes that are not what was promised are an error with the store’s code', async () => {
  const { bucket } = await trial([refusal(400, 'BadDigest')])
  expect(await failureOf(putObject(bucket, 'a/b', content))).toMatchObject({ code: 'BadDigest', unavailable: false })
})

test.each<[Partial<S3Options>, Record<string, string>]>([
  [{}, {}],
  [{ storageClass: 'STANDARD_IA' }, { 'x-amz-storage-class': 'STANDARD_IA' }],
  [{ acl: 'private' }, { 'x-amz-acl': 'private' }],
  [{ encryption: 'AES256' }, { 'x-amz-server-side-encryption': 'AES256' }],
  [{ encryption: { kmsKeyId: 'k1' } }, { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': 'k1' }],
])('an object is stored as the options say: %j', async (options, headers) => {
  const { bucket, store } = await trial([answer(200)], options)
  await putObject(bucket, 'a/b', content)
  const sent = store.requests[0]?.headers ?? {}
  const told = Object.entries(sent).filter(([name]) => /^(x-amz-(acl|storage|server)|content-type)/.test(name))
  expect(Object.fromEntries(told)).toEqual({ 'content-type': 'application/octet-stream', ...headers })
})
