import { expect, test } from 'vitest'
import type { S3Call } from '../../../../registry-app/src/s3/bucket.ts'
import { S3Error } from '../../../../registry-app/src/s3/errors.ts'
import { keepsConditions } from '../../../../registry-app/src/storage/s3/conditional-put.ts'
import { away, fakeBucket } from './support/fake-bucket.ts'

const canary = 'canary/1'

test('a store that keeps the condition is found out by three requests, which leave nothing', async () => {
  const bucket = fakeBucket()
  expect(await keepsConditions(bucket, canary)).toBe(true)
  expect(bucket.operations()).toEqual(['PutObject', 'PutObject', 'DeleteObject'])
  expect(bucket.objects.size).toBe(0)
})

test('a store that overwrites in silence does not keep it', async () => {
  const bucket = fakeBucket()
  bucket.before = ({ operation }) => operation === 'PutObject' && bucket.objects.delete(canary)
  expect(await keepsConditions(bucket, canary)).toBe(false)
  expect(bucket.objects.size).toBe(0)
})

test.each([
  [501, 'NotImplemented'],
  [400, 'InvalidArgument'],
  [403, 'AccessDenied'],
])('nor does one that refuses it: %i %s', async (status, code) => {
  const bucket = fakeBucket()
  bucket.before = ({ operation }: S3Call) => {
    throw new S3Error('it is refused', { operation, bucket: 'images', status, code })
  }
  expect(await keepsConditions(bucket, canary)).toBe(false)
})

test('of a store that is away nothing is found out', async () => {
  const bucket = fakeBucket()
  bucket.before = call => {
    throw away(call)
  }
  await expect(keepsConditions(bucket, canary)).rejects.toThrow('no answer')
})
