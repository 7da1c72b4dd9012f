import { expect, test } from 'vitest'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer } from './support/trial-store.ts'

test('tells size, time and ETag', async () => {
  const headers = { 'content-length': '12345', etag: '"e1"', 'last-modified': 'Sat, 28 Feb 2026 10:11:12 GMT' }
  const { bucket, store } = await trial([answer(200, '', headers)])
  expect(await headObject(bucket, 'a/b')).toEqual({ size: 12345, modified: new Date('2026-02-28T10:11:12Z'), etag: '"e1"' })
  expect(store.requests).toMatchObject([{ method: 'HEAD', url: '/images/a/b' }])
})

test('an object that is not there is undefined', async () => {
  const { bucket } = await trial([answer(404)])
  expect(await headObject(bucket, 'a/b')).toBeUndefined()
})

test('a refusal is an error that says what it can', async () => {
  const { bucket } = await trial([answer(403)])
  const error = await failureOf(headObject(bucket, 'a/b'))
  expect(String(error)).toBe(
    'S3Error: HeadObject of a/b in bucket images: the store refuses it, and cannot say why after HEAD; without the permission to list the bucket, ' +
      'Amazon does so for what is not there (403)',
  )
})
