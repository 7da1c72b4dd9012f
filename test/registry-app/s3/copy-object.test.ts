import { expect, test } from 'vitest'
import { copyObject } from '../../../registry-app/src/s3/copy-object.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, refusal } from './support/trial-store.ts'

const copied = answer(200, '<CopyObjectResult><ETag>"e1"</ETag></CopyObjectResult>')

test('copies within the bucket, as new objects are stored', async () => {
  const { bucket, store } = await trial([copied], { acl: 'private', storageClass: 'STANDARD_IA' })
  await copyObject(bucket, 'from/é x', 'to')
  expect(store.requests).toMatchObject([
    {
      method: 'PUT',
      url: '/images/to',
      headers: { 'x-amz-copy-source': '/images/from/%C3%A9%20x', 'x-amz-acl': 'private', 'x-amz-storage-class': 'STANDARD_IA' },
    },
  ])
})

test('that failed after it had begun to answer is made again', async () => {
  const { bucket, store } = await trial([refusal(200, 'SlowDown'), copied])
  await copyObject(bucket, 'from', 'to')
  expect(store.requests).toHaveLength(2)
})

test('of what is not there is an error', async () => {
  const { bucket } = await trial([refusal(404, 'NoSuchKey')])
  expect(await failureOf(copyObject(bucket, 'from', 'to'))).toMatchObject({ code: 'NoSuchKey', status: 404 })
})

const sized = (size: number) => answer(200, '', { 'content-length': String(size) })

test.each([
  ['is made where as much is there: no error', sized(10), undefined],
  ['is an error where it is not there', answer(404), 'the store did not say that it made the copy'],
  ['is an error where something else is there', sized(9), 'the store did not say that it made the copy'],
])('whose answer ends before it says what came of it %s', async (_, there, error) => {
  const { bucket, store } = await trial([answer(200, '   ')])
  store.replies(
    ...[0, 1].map(
      () =>
        (...[response, request]: Parameters<typeof there>) =>
          (request.url.endsWith('/from') ? sized(10) : there)(response, request),
    ),
  )
  const result = copyObject(bucket, 'from', 'to')
  if (error) expect(String(await failureOf(result))).toContain(error)
  else await result
})
