import { expect, test } from 'vitest'
import { composeObjects } from '../../../../registry-app/src/storage/s3/compose.ts'
import { partMemory } from '../../../../registry-app/src/storage/s3/part-memory.ts'
import { content, MiB } from '../../support/bytes.ts'
import { fakeBucket } from './support/fake-bucket.ts'

function stocked(sizes: readonly number[]) {
  const bucket = fakeBucket()
  const sources = sizes.map((size, index) => {
    bucket.objects.set(`chunk-${index}`, content(size, index + 1))
    return `chunk-${index}`
  })
  const whole = Buffer.concat(sizes.map((size, index) => content(size, index + 1)))
  const copies = { threshold: 100 * MiB, chunkSize: 5 * MiB, concurrency: 4 }
  const compose = () =>
    composeObjects({ bucket, memory: partMemory(30 * MiB), chunkSize: 5 * MiB, wholeUpTo: 5 * MiB, copies }, sources, 'target', {})
  const composed = async () => {
    await compose()
    return bucket.objects.get('target')?.equals(whole)
  }
  /** What was asked beside the sizes of the sources. */
  const asked = () => bucket.operations().filter(operation => operation !== 'HeadObject')
  return { bucket, compose, composed, asked }
}

test('one object is copied', async () => {
  const { composed, asked } = stocked([7])
  expect(await composed()).toBe(true)
  expect(asked()).toEqual(['CopyObject'])
})

test.each([
  ['equal', [5 * MiB, 5 * MiB]],
  ['equal but for a smaller last one', [6 * MiB, 6 * MiB, 1]],
])('objects that can be parts as they are do not pass through here: %s', async (_, sizes) => {
  const { composed, asked } = stocked(sizes)
  expect(await composed()).toBe(true)
  expect(asked()).toEqual(['CreateMultipartUpload', ...sizes.map(() => 'UploadPartCopy'), 'CompleteMultipartUpload'])
})

test.each([
  ['too small', [MiB, MiB, 4 * MiB]],
  ['of several sizes', [5 * MiB, 6 * MiB, 5 * MiB]],
  ['with a larger last one', [5 * MiB, 5 * MiB + 1]],
  ['with an empty last one', [5 * MiB, 0]],
])('others are read and stored once more, in equal parts: %s', async (_, sizes) => {
  const { composed, asked } = stocked(sizes)
  expect(await composed()).toBe(true)
  expect(asked().filter(operation => operation === 'GetObject')).toHaveLength(sizes.length)
  expect(asked()).not.toContain('UploadPartCopy')
})

test.each([
  ['that is read', [1000, 1000]],
  ['that is copied', [5 * MiB, 5 * MiB]],
])('a source %s and is not there any more fails, and leaves nothing', async (_, sizes) => {
  const { bucket, compose } = stocked(sizes)
  bucket.before = ({ operation }) => operation !== 'HeadObject' && bucket.objects.delete('chunk-1')
  await expect(compose()).rejects.toThrow(/chunk-1 is not there|NoSuchKey/)
  expect({ target: bucket.objects.has('target'), uploads: bucket.uploads.size }).toEqual({ target: false, uploads: 0 })
})

test('a source that was never there is named', async () => {
  const { bucket, compose } = stocked([1, 1])
  bucket.objects.delete('chunk-0')
  await expect(compose()).rejects.toThrow('chunk-0 is not there to be joined into target')
})
