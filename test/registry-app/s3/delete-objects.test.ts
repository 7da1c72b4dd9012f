import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { deleteObject } from '../../../registry-app/src/s3/delete-object.ts'
import { deleteObjects } from '../../../registry-app/src/s3/delete-objects.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, type Reply, refusal } from './support/trial-store.ts'

const deleted = answer(204)
const allDeleted = answer(200, '<DeleteResult/>')

test.each<[string, Reply]>([
  ['that is there', deleted],
  ['that is not', refusal(404, 'NoSuchKey')],
])('deletes an object %s', async (_, reply) => {
  const { bucket, store } = await trial([reply])
  await deleteObject(bucket, 'a/b')
  expect(store.requests).toMatchObject([{ method: 'DELETE', url: '/images/a/b' }])
})

describe('many', () => {
  test('are named in one request, with the checksum that it demands', async () => {
    const { bucket, store } = await trial([allDeleted])
    await deleteObjects(bucket, ['a/1', 'a/<2>&'])
    const [request] = store.requests
    expect(request).toMatchObject({ method: 'POST', url: '/images?delete=' })
    expect(request?.body).toBe(
      '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet><Object><Key>a/1</Key></Object>' +
        '<Object><Key>a/&lt;2&gt;&amp;</Key></Object></Delete>',
    )
    expect(request?.headers['content-md5']).toBe(hash('md5', request?.body ?? '', 'base64'))
  })

  test('go a thousand at a time', async () => {
    const { bucket, store } = await trial([allDeleted, allDeleted, deleted])
    await deleteObjects(
      bucket,
      Array.from({ length: 2001 }, (_, index) => `k${index}`),
    )
    expect(store.requests.map(({ method, body }) => [method, body.match(/<Key>/g)?.length])).toEqual([
      ['POST', 1000],
      ['POST', 1000],
      ['DELETE', undefined],
    ])
  })

  test('that are none ask nothing', async () => {
    const { bucket, store } = await trial()
    await deleteObjects(bucket, [])
    expect(store.requests).toEqual([])
  })

  test('that could not be deleted together are tried by themselves', async () => {
    const some = answer(200, '<DeleteResult><Error><Key>a/2</Key><Code>InternalError</Code></Error></DeleteResult>')
    const { bucket, store } = await trial([some, deleted])
    await deleteObjects(bucket, ['a/1', 'a/2'])
    expect(store.requests[1]).toMatchObject({ method: 'DELETE', url: '/images/a/2' })
    expect(bucket.dialect.deleteMany).toBe(true)
  })

  test('of which one cannot be deleted at all are an error that names it', async () => {
    const some = answer(200, '<DeleteResult><Error><Key>a/2</Key><Code>AccessDenied</Code></Error></DeleteResult>')
    const { bucket } = await trial([some, refusal(403, 'AccessDenied')])
    expect(await failureOf(deleteObjects(bucket, ['a/1', 'a/2']))).toMatchObject({ code: 'AccessDenied', key: 'a/2' })
  })

  test.each<[string, Reply]>([
    ['501', answer(501)],
    ['501 NotImplemented', refusal(501, 'NotImplemented')],
    ['405', refusal(405, 'MethodNotAllowed')],
    ['400 MalformedXML', refusal(400, 'MalformedXML')],
    ['400 InvalidRequest', refusal(400, 'InvalidRequest')],
  ])('go one by one where the store answers %s, and that is remembered', async (_, reply) => {
    const { bucket, store } = await trial([reply, deleted, deleted, deleted, deleted])
    await deleteObjects(bucket, ['a', 'b'])
    await deleteObjects(bucket, ['c', 'd'])
    expect(store.requests.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      ...['DELETE /images/a', 'DELETE /images/b', 'DELETE /images/c', 'DELETE /images/d', 'POST /images?delete='],
    ])
  })

  test('are asked for together again where one by one did not go either', async () => {
    const { bucket } = await trial([refusal(400, 'InvalidRequest'), refusal(403, 'AccessDenied'), refusal(403, 'AccessDenied')])
    await failureOf(deleteObjects(bucket, ['a', 'b']))
    expect(bucket.dialect.deleteMany).toBe(true)
  })

  test('that the store may not delete are an error', async () => {
    const { bucket, store } = await trial([refusal(403, 'AccessDenied')])
    expect(await failureOf(deleteObjects(bucket, ['a', 'b']))).toMatchObject({ code: 'AccessDenied', operation: 'DeleteObjects' })
    expect(store.requests).toHaveLength(1)
  })
})
