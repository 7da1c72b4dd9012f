import { expect, test } from 'vitest'
import { openS3Driver } from '../../../../registry-app/src/storage/s3/driver.ts'
import { fakeBucket } from './support/fake-bucket.ts'

async function opened(readOnly: boolean) {
  const bucket = fakeBucket()
  const driver = await openS3Driver({
    bucket,
    rootdirectory: '',
    chunkSize: 1024,
    uploadMemory: 4096,
    copies: { threshold: 1e9, chunkSize: 1024, concurrency: 4 },
    abandonedAfter: 1000,
    redirects: { on: () => false, endpoint: undefined },
    readOnly,
    randomName: () => 'random',
    now: () => new Date(),
  })
  return { bucket, driver }
}

test('a bucket into which nothing may be written is opened without asking it anything, and then has no conditional writes', async () => {
  const { bucket, driver } = await opened(true)
  expect([bucket.operations(), driver.putIfAbsent]).toEqual([[], undefined])
})

test('any other is asked whether it has them', async () => {
  const { bucket, driver } = await opened(false)
  expect([bucket.operations(), driver.putIfAbsent]).toEqual([['PutObject', 'PutObject', 'DeleteObject'], expect.any(Function)])
})
