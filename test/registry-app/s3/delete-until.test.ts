import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { deleteUntil } from '../../../registry-app/src/s3/delete-until.ts'
import { trial } from './support/trial-bucket.ts'
import { answer, refusal, trialTime } from './support/trial-store.ts'

const until = trialTime.getTime() / 1000 + 30
const result = (xml: string) => answer(200, `<DeleteResult>${xml}</DeleteResult>`)

test('names the keys in one request whose URL expires, and believes only what the store says of each', async () => {
  const mixed = '<Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code></Error>'
  const { bucket, store } = await trial([result(mixed)])
  expect(await deleteUntil(bucket, ['a', 'b', 'c'], { until })).toEqual(new Set(['a']))
  const [request] = store.requests
  const query = new URL(request?.url ?? '', 'http://x').searchParams
  expect([request?.method, query.get('delete'), query.get('X-Amz-Expires')]).toEqual(['POST', '', '30'])
  expect(query.get('X-Amz-SignedHeaders')).toBe('content-md5;content-type;host')
  expect(request?.headers['content-md5']).toBe(hash('md5', request?.body ?? '', 'base64'))
  expect(request?.headers.authorization).toBeUndefined()
})

test('signs what has expired for the second before, and leaves it to the store to refuse it', async () => {
  const { bucket, store } = await trial([refusal(403, 'AccessDenied')])
  expect(await deleteUntil(bucket, ['a'], { until: until - 100 })).toEqual(new Set())
  expect(new URL(store.requests[0]?.url ?? '', 'http://x').searchParams.get('X-Amz-Expires')).toBe('1')
})

test('goes one by one where the store knows no other way: a late one is 403', async () => {
  const { bucket, store } = await trial([answer(501), answer(204), refusal(403, 'AccessDenied'), answer(404)])
  const gone = await deleteUntil(bucket, ['a', 'b', 'c'], { until })
  expect(gone.size).toBe(2)
  expect(store.requests.slice(1).map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE'])
})
