import { describe, expect, test } from 'vitest'
import { abortMultipartUpload } from '../../../registry-app/src/s3/abort-multipart-upload.ts'
import { completeMultipartUpload } from '../../../registry-app/src/s3/complete-multipart-upload.ts'
import { createMultipartUpload } from '../../../registry-app/src/s3/create-multipart-upload.ts'
import { listMultipartUploads } from '../../../registry-app/src/s3/list-multipart-uploads.ts'
import { uploadPart } from '../../../registry-app/src/s3/upload-part.ts'
import { uploadPartCopy } from '../../../registry-app/src/s3/upload-part-copy.ts'
import { failureOf, trial } from './support/trial-bucket.ts'
import { answer, type Reply, refusal, reset, silence } from './support/trial-store.ts'

const uploadId = 'u/1+='
const encodedId = 'u%2F1%2B%3D'
const parts = [
  { partNumber: 1, etag: '"e1"' },
  { partNumber: 2, etag: '"e<2>"' },
]

describe('CreateMultipartUpload', () => {
  test('gives the upload’s id', async () => {
    const reply = answer(
      200,
      `<InitiateMultipartUploadResult><Bucket>images</Bucket><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    )
    const { bucket, store } = await trial([reply], { storageClass: 'STANDARD_IA' })
    expect(await createMultipartUpload(bucket, 'a/b')).toBe(uploadId)
    expect(store.requests).toMatchObject([
      {
        method: 'POST',
        url: '/images/a/b?uploads=',
        headers: { 'content-type': 'application/octet-stream', 'x-amz-storage-class': 'STANDARD_IA', 'content-length': '0' },
      },
    ])
  })

  test.each([
    ['<InitiateMultipartUploadResult/>', 'the store named no UploadId (200)'],
    ['Welcome to nginx!', 'what answered is no S3 store: the answer is not one whole XML element (200)'],
  ])('an answer without one is an error: %s', async (body, reason) => {
    const { bucket } = await trial([answer(200, body)])
    expect(String(await failureOf(createMultipartUpload(bucket, 'a/b')))).toBe(
      `S3Error: CreateMultipartUpload of a/b in bucket images: ${reason}`,
    )
  })
})

describe('UploadPart', () => {
  test('sends one part, and gives what names it', async () => {
    const { bucket, store } = await trial([answer(200, '', { etag: '"e1"' })])
    const content = [Buffer.from('one '), Buffer.from('part')]
    expect(await uploadPart(bucket, 'a/b', { uploadId, partNumber: 7, content })).toEqual({
      partNumber: 7,
      etag: '"e1"',
    })
    expect(store.requests).toMatchObject([{ method: 'PUT', url: `/images/a/b?partNumber=7&uploadId=${encodedId}`, body: 'one part' }])
    // Those of the whole object were told when the upload began.
    expect(store.requests[0]?.headers).not.toHaveProperty('content-type')
  })

  test('cannot do without the ETag', async () => {
    const { bucket } = await trial([answer(200)])
    const error = await failureOf(uploadPart(bucket, 'a/b', { uploadId, partNumber: 1, content: [Buffer.from('x')] }))
    expect(String(error)).toContain('the store gave the part no ETag')
  })
})

describe('UploadPartCopy', () => {
  const copied = answer(200, '<CopyPartResult><ETag>&quot;e1&quot;</ETag></CopyPartResult>')

  test.each([
    [undefined, {}],
    [{ first: 5, last: 9 }, { 'x-amz-copy-source-range': 'bytes=5-9' }],
  ])('makes a part of an object on the store’s side, range %j', async (range, headers) => {
    const { bucket, store } = await trial([copied])
    expect(await uploadPartCopy(bucket, 'a/b', { uploadId, partNumber: 3, source: 'c d/é', range })).toEqual({
      partNumber: 3,
      etag: '"e1"',
    })
    const [request] = store.requests
    expect(request).toMatchObject({ method: 'PUT', url: `/images/a/b?partNumber=3&uploadId=${encodedId}`, body: '' })
    expect(request?.headers).toMatchObject({ 'x-amz-copy-source': '/images/c%20d/%C3%A9', ...headers })
    expect('x-amz-copy-source-range' in (request?.headers ?? {})).toBe(range !== undefined)
  })

  test('that failed after it had begun to answer is made again', async () => {
    const { bucket } = await trial([refusal(200, 'InternalError'), copied])
    expect(await uploadPartCopy(bucket, 'a/b', { uploadId, partNumber: 3, source: 'c' })).toEqual({ partNumber: 3, etag: '"e1"' })
  })
})

describe('CompleteMultipartUpload', () => {
  const completed = answer(200, '<CompleteMultipartUploadResult><ETag>"e-2"</ETag></CompleteMultipartUploadResult>')
  const unknown = refusal(404, 'NoSuchUpload')
  const complete = { uploadId, parts, size: 10 }
  const found = (etag: string, size = '10'): Reply => answer(200, '', { etag, 'content-length': size })

  test('names the parts in their order', async () => {
    const { bucket, store } = await trial([completed])
    await completeMultipartUpload(bucket, 'a/b', complete)
    expect(store.requests).toMatchObject([{ method: 'POST', url: `/images/a/b?uploadId=${encodedId}` }])
    expect(store.requests[0]?.body).toBe(
      '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber><ETag>&quot;e1&quot;</ETag></Part>' +
        '<Part><PartNumber>2</PartNumber><ETag>&quot;e&lt;2&gt;&quot;</ETag></Part></CompleteMultipartUpload>',
    )
  })

  test('that failed after it had begun to answer is made again', async () => {
    const { bucket, store } = await trial([answer(200, '  \n <?xml version="1.0"?>\n<Error><Code>InternalError</Code></Error>'), completed])
    await completeMultipartUpload(bucket, 'a/b', complete)
    expect(store.requests).toHaveLength(2)
  })

  test.each(['"0123-2"', '"0123"'])('that got no answer is over if the object is there: its ETag is %s', async etag => {
    const { bucket, store } = await trial([reset, unknown, found(etag)])
    await completeMultipartUpload(bucket, 'a/b', complete)
    expect(store.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'HEAD'])
  })

  test.each<[string, Reply]>([
    ['there is none', answer(404)],
    ['it is of another size', found('"0123-2"', '11')],
    ['it has another number of parts', found('"0123-3"')],
  ])('that got no answer is an error where the object is not the one: %s', async (_, there) => {
    const { bucket } = await trial([reset, unknown, there])
    expect(await failureOf(completeMultipartUpload(bucket, 'a/b', complete))).toMatchObject({ code: 'NoSuchUpload', key: 'a/b' })
  })

  const spaces = answer(200, '<?xml version="1.0"?>\n   ')

  test('whose answer ends before it says what came of it is over if the object is there', async () => {
    const { bucket, store } = await trial([spaces, found('"0123-2"')])
    await completeMultipartUpload(bucket, 'a/b', complete)
    expect(store.requests.map(({ method }) => method)).toEqual(['POST', 'HEAD'])
  })

  test.each<[string, Reply, Reply]>([
    ['there is none', spaces, answer(404)],
    ['it is of another size', spaces, found('"0123-2"', '11')],
    ['there is none, and no store answered', answer(200, '<html>Welcome</html>'), answer(404)],
  ])('whose answer ends before it says what came of it is an error where the object is not the one: %s', async (_, reply, there) => {
    const { bucket } = await trial([reply, there])
    const failure = await failureOf(completeMultipartUpload(bucket, 'a/b', complete))
    expect(String(failure)).toContain('the store did not say that it joined the parts')
  })

  test('of an upload that the store did not know at once is an error, whatever is there', async () => {
    const { bucket, store } = await trial([unknown])
    expect(await failureOf(completeMultipartUpload(bucket, 'a/b', complete))).toMatchObject({ code: 'NoSuchUpload' })
    expect(store.requests).toHaveLength(1)
  })

  test.each([
    ['the object is there: all is well', found('"0123-2"'), undefined],
    ['it is not: the store is unavailable', answer(404), { unavailable: true, retry: 'timeout' }],
  ])('that took too long is looked after: %s', async (_, there, error) => {
    const { bucket } = await trial([silence, there], { timeouts: { slowAnswer: 100 }, retries: { attempts: 1 } })
    const result = completeMultipartUpload(bucket, 'a/b', complete)
    if (error) expect(await failureOf(result)).toMatchObject(error)
    else await result
  })
})

describe('AbortMultipartUpload', () => {
  test.each<[string, Reply]>([
    ['an upload that is there', answer(204)],
    ['one that is not', refusal(404, 'NoSuchUpload')],
  ])('gives up %s', async (_, reply) => {
    const { bucket, store } = await trial([reply])
    await abortMultipartUpload(bucket, 'a/b', uploadId)
    expect(store.requests).toMatchObject([{ method: 'DELETE', url: `/images/a/b?uploadId=${encodedId}` }])
  })
})

describe('ListMultipartUploads', () => {
  const upload = (key: string, id: string) =>
    `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-02-01T00:00:00.000Z</Initiated></Upload>`
  const page = (uploads: string, next = '') =>
    answer(
      200,
      `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${next}<IsTruncated>${next !== ''}</IsTruncated>${uploads}</ListMultipartUploadsResult>`,
    )
  const next = '<NextKeyMarker>a%2Fb</NextKeyMarker><NextUploadIdMarker>u2</NextUploadIdMarker>'

  test('goes from page to page', async () => {
    const { bucket, store } = await trial([page(upload('a%2Fb', 'u1') + upload('a%2Fb', 'u2'), next), page(upload('c+d', 'u3'))])
    const pages = await Array.fromAsync(listMultipartUploads(bucket, { prefix: 'a' }))
    const initiated = new Date('2026-02-01')
    expect(pages).toEqual([
      [
        { key: 'a/b', uploadId: 'u1', initiated },
        { key: 'a/b', uploadId: 'u2', initiated },
      ],
      [{ key: 'c d', uploadId: 'u3', initiated }],
    ])
    expect(store.requests.map(({ url }) => url)).toEqual([
      '/images?encoding-type=url&prefix=a&uploads=',
      '/images?encoding-type=url&key-marker=a%2Fb&prefix=a&upload-id-marker=u2&uploads=',
    ])
  })

  test('does not turn in circles with a store that gives the same page again', async () => {
    const { bucket } = await trial([page('', next), page('', next)])
    expect(String(await failureOf(Array.fromAsync(listMultipartUploads(bucket))))).toContain('the store gives the same page again')
  })
})
