import { expect, test } from 'vitest'
import type { S3Call } from '../../../../registry-app/src/s3/bucket.ts'
import { S3Error } from '../../../../registry-app/src/s3/errors.ts'
import { abortAbandoned } from '../../../../registry-app/src/storage/s3/abandoned-uploads.ts'
import { away, fakeBucket } from './support/fake-bucket.ts'

const [yesterday, now] = [new Date('2026-03-01T12:00:00Z'), new Date('2026-03-02T12:00:00Z')]

function stocked() {
  const bucket = fakeBucket()
  bucket.uploads.set('old', { key: 'root/a', parts: new Map(), initiated: yesterday })
  bucket.uploads.set('young', { key: 'root/b', parts: new Map(), initiated: now })
  bucket.uploads.set('foreign', { key: 'other/c', parts: new Map(), initiated: yesterday })
  return { bucket, sweep: () => abortAbandoned(bucket, 'root/', new Date('2026-03-02T00:00:00Z'), {}) }
}

test('takes away what began before, below the prefix, and nothing else', async () => {
  const { bucket, sweep } = stocked()
  await sweep()
  expect([...bucket.uploads.keys()]).toEqual(['young', 'foreign'])
})

const refusing = (status: number) => {
  const { bucket, sweep } = stocked()
  bucket.before = ({ operation }: S3Call) => {
    throw new S3Error('it is refused', { operation, bucket: 'images', status })
  }
  return sweep()
}

test.each([403, 405, 501])('does nothing where the store does not let us see the list: %i', async status => {
  await refusing(status)
})

test('says of any other refusal that it is one', async () => {
  await expect(refusing(400)).rejects.toThrow('it is refused')
})

test('says so of a store that is away', async () => {
  const { bucket, sweep } = stocked()
  bucket.before = call => {
    throw away(call)
  }
  await expect(sweep()).rejects.toThrow('no answer')
})
