import { expect, test } from 'vitest'
import { emptyBucket } from '../../../lib/empty/empty-bucket.ts'
import { type Stored, versionedBucket } from './support/versioned-bucket.ts'

const versions: readonly Stored[] = [
  { key: 'docker/a b', versionId: '1' },
  { key: 'docker/a b', versionId: '2' },
  { key: 'docker/gone', versionId: '3', marker: true },
  { key: 'docker/gone', versionId: '4' },
  { key: 'other', versionId: 'null' },
]
const never = new AbortController().signal
const silent = { signal: never, progress: () => {} }

test('every version goes, and every marker of a deleted object', async () => {
  const { bucket, left } = await versionedBucket({ versions })

  expect(await emptyBucket(bucket, silent)).toEqual({ versions: 5, uploads: 0 })
  expect(left).toEqual([])
})

test('each page is told of', async () => {
  const { bucket } = await versionedBucket({ versions })
  const told: number[] = []

  await emptyBucket(bucket, { signal: never, progress: gone => told.push(gone.versions) })

  expect(told).toEqual([2, 4, 5])
})

test('unfinished uploads are aborted', async () => {
  const { bucket, pending } = await versionedBucket({ versions: [], uploads: ['one', 'two'] })

  expect(await emptyBucket(bucket, silent)).toEqual({ versions: 0, uploads: 2 })
  expect(pending).toEqual([])
})

test('a store without a list of uploads is emptied all the same', async () => {
  const { bucket, left } = await versionedBucket({ versions, lacks: ['ListMultipartUploads'] })

  await emptyBucket(bucket, silent)

  expect(left).toEqual([])
})

test('a store that deletes one at a time is asked so, with the versions', async () => {
  const { bucket, left, calls } = await versionedBucket({ versions, lacks: ['DeleteObjects'] })

  await emptyBucket(bucket, silent)

  expect(left).toEqual([])
  expect(calls.filter(call => call === 'DeleteObjects')).toHaveLength(1)
})

test('a store without versions loses its objects', async () => {
  const { bucket, left } = await versionedBucket({
    versions: [
      { key: 'a', versionId: 'null' },
      { key: 'b', versionId: 'null' },
    ],
    lacks: ['ListObjectVersions'],
  })

  expect(await emptyBucket(bucket, silent)).toEqual({ versions: 2, uploads: 0 })
  expect(left).toEqual([])
})

test('what was interrupted is gone on with', async () => {
  const interruption = new AbortController()
  const store = await versionedBucket({ versions })
  const interrupted = emptyBucket(store.bucket, { signal: interruption.signal, progress: () => interruption.abort(new Error('ended')) })
  await expect(interrupted).rejects.toThrow('ended')
  expect(store.left).toHaveLength(3)

  expect(await emptyBucket(store.bucket, silent)).toEqual({ versions: 3, uploads: 0 })
  expect(store.left).toEqual([])
})

test('a bucket that fills as fast as it is emptied is given up, with what to do', async () => {
  let written = 0
  const store = await versionedBucket({
    versions: [],
    before: ({ operation }) => operation === 'ListObjectVersions' && store.left.push({ key: `new-${written++}`, versionId: 'null' }),
  })

  await expect(emptyBucket(store.bucket, silent)).rejects.toThrow('destroy the registry first')
})
