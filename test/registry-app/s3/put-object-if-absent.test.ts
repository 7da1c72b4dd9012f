import { expect, test } from 'vitest'
import { putObjectIfAbsent } from '../../../registry-app/src/s3/put-object-if-absent.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, type Reply, refusal, reset } from './support/trial-store.ts'

const content = [Buffer.from('mi'), Buffer.from('ne')]
const taken = refusal(412, 'PreconditionFailed')

test('puts it where nothing is', async () => {
  const { bucket, store } = await trial([answer(200)])
  expect(await putObjectIfAbsent(bucket, 'lock', content)).toBe(true)
  expect(store.requests).toMatchObject([{ method: 'PUT', headers: { 'if-none-match': '*' }, body: 'mine' }])
})

test('does not where something is', async () => {
  const { bucket, store } = await trial([taken])
  expect(await putObjectIfAbsent(bucket, 'lock', content)).toBe(false)
  expect(store.requests).toHaveLength(1)
})

test.each<[string, Reply, boolean]>([
  ['ours', answer(200, 'mine'), true],
  ['of the same length, and not ours', answer(200, 'your'), false],
  ['longer', answer(200, 'mine and yours'), false],
  ['gone again', refusal(404, 'NoSuchKey'), false],
])('after an attempt without an answer, what is there decides: %s', async (_, found, result) => {
  const { bucket, store } = await trial([reset, taken, found])
  expect(await putObjectIfAbsent(bucket, 'lock', content)).toBe(result)
  expect(store.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'GET'])
})

test('tries again when it met another writer in the middle', async () => {
  const { bucket } = await trial([refusal(409, 'ConditionalRequestConflict'), answer(200)])
  expect(await putObjectIfAbsent(bucket, 'lock', content)).toBe(true)
})

test('a store that does not know the condition says so', async () => {
  const { bucket } = await trial([refusal(501, 'NotImplemented')])
  expect(await failureOf(putObjectIfAbsent(bucket, 'lock', content))).toMatchObject({ code: 'NotImplemented' })
})
