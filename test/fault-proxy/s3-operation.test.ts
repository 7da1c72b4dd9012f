import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { readS3Request } from './s3-request.ts'

const read = (line: string, headers: IncomingMessage['headers'] = {}, domain?: string) => {
  const [method, url] = line.split(' ')
  return readS3Request({ method, url, headers } as IncomingMessage, domain)
}

it.each([
  ['GET /', 'ListBuckets'],
  ['PUT /images', 'CreateBucket'],
  ['HEAD /images/', 'HeadBucket'],
  ['DELETE /images', 'DeleteBucket'],
  ['GET /images?location', 'GetBucketLocation'],
  ['GET /images?versioning', 'Other'],
  ['GET /images', 'ListObjects'],
  ['GET /images/?prefix=docker%2F&delimiter=%2F&marker=a', 'ListObjects'],
  ['GET /images?list-type=2&prefix=docker%2F&uploads=', 'ListObjectsV2'],
  ['GET /images?uploads&prefix=docker', 'ListMultipartUploads'],
  ['POST /images?delete', 'DeleteObjects'],
  ['HEAD /images/a/b', 'HeadObject'],
  ['GET /images/a/b?X-Amz-Signature=1', 'GetObject'],
  ['PUT /images/a/b', 'PutObject'],
  ['DELETE /images/a/b', 'DeleteObject'],
  ['POST /images/a/b?uploads', 'CreateMultipartUpload'],
  ['PUT /images/a/b?partNumber=1&uploadId=x', 'UploadPart'],
  ['GET /images/a/b?uploadId=x', 'ListParts'],
  ['POST /images/a/b?uploadId=x', 'CompleteMultipartUpload'],
  ['DELETE /images/a/b?uploadId=x', 'AbortMultipartUpload'],
  ['OPTIONS /images/a/b', 'Other'],
])('%s is %s', (line, operation) => {
  expect(read(line).operation).toBe(operation)
})

it.each([
  ['PUT /images/a', 'CopyObject'],
  ['PUT /images/a?partNumber=1&uploadId=x', 'UploadPartCopy'],
])('%s with a source is %s', (line, operation) => {
  expect(read(line, { 'x-amz-copy-source': '/images/b' }).operation).toBe(operation)
})

it('reads bucket and key, and leaves the URL as it was', () => {
  expect(read('GET /images/a%20b/c%3Fd?x=%2F')).toMatchObject({ bucket: 'images', key: 'a b/c?d', url: '/images/a%20b/c%3Fd?x=%2F' })
})

it.each([
  ['images.s3.test:9000', 'PUT /a', { bucket: 'images', key: 'a', operation: 'PutObject' }],
  ['images.s3.test', 'GET /?prefix=a', { bucket: 'images', key: '', operation: 'ListObjects' }],
  ['s3.test', 'PUT /images/a', { bucket: 'images', key: 'a', operation: 'PutObject' }],
])('finds the bucket in the name of the host %s', (host, line, expected) => {
  expect(read(line, { host }, 's3.test')).toMatchObject(expected)
})
