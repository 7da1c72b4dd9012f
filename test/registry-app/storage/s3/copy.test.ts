import { expect, test } from 'vitest'
import { copyWithin } from '../../../../registry-app/src/storage/s3/copy.ts'
import { content } from '../../support/bytes.ts'
import { fakeBucket } from './support/fake-bucket.ts'

const limits = { threshold: 1000, chunkSize: 400, concurrency: 3 }

function stocked(size: number) {
  const bucket = fakeBucket()
  bucket.objects.set('source', content(size))
  return { bucket, copy: () => copyWithin(bucket, { source: 'source', target: 'target', size }, limits, {}) }
}

test.each([0, 1, 1000])('what is no larger than the threshold is copied by one request: %i bytes', async size => {
  const { bucket, copy } = stocked(size)
  await copy()
  expect(bucket.operations()).toEqual(['CopyObject'])
  expect(bucket.objects.get('target')).toEqual(content(size))
})

test.each([
  [1001, ['0-399', '400-799', '800-1000']],
  [1200, ['0-399', '400-799', '800-1199']],
  [1201, ['0-399', '400-799', '800-1199', '1200-1200']],
])('what is larger goes in ranges that meet: %i bytes', async (size, ranges) => {
  const { bucket, copy } = stocked(size)
  await copy()
  const asked = bucket.calls.flatMap(({ headers }) => headers?.['x-amz-copy-source-range'] ?? [])
  expect(asked).toEqual(ranges.map(range => `bytes=${range}`))
  expect(bucket.objects.get('target')).toEqual(content(size))
  expect(bucket.uploads.size).toBe(0)
})

test('no more ranges are copied at once than allowed', async () => {
  const { bucket, copy } = stocked(10_000)
  let [running, most] = [0, 0]
  bucket.before = async ({ operation }) => {
    if (operation !== 'UploadPartCopy') return
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running -= 1
  }
  await copy()
  expect(most).toBe(limits.concurrency)
})

test('a copy that fails leaves neither an object nor an upload', async () => {
  const { bucket, copy } = stocked(5000)
  bucket.before = ({ query }) => {
    if (query?.partNumber === '4') throw new Error('it broke')
  }
  await expect(copy()).rejects.toThrow('it broke')
  expect(bucket.objects.has('target')).toBe(false)
  expect(bucket.uploads.size).toBe(0)
})
