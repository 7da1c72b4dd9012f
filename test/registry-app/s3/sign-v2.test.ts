import { describe, expect, test } from 'vitest'
import { v2Signer } from '../../../registry-app/src/s3/sign-v2.ts'

/** The worked examples of the Amazon S3 User Guide, "Signing and authenticating REST requests (AWS Signature Version 2)". */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const johnsmith = { host: 'johnsmith.s3.amazonaws.com', virtualBucket: 'johnsmith', query: {}, payload: '' }
const amazon = { host: 's3.amazonaws.com', query: {}, payload: '' }
const puppy = '/photos/puppy.jpg'

const upload = {
  'content-type': 'application/x-download',
  'content-md5': '4gJE4saaMU4BqNR0kLY+lw==',
  'x-amz-acl': 'public-read',
  'x-amz-meta-reviewedby': 'joe@johnsmith.net,jane@johnsmith.net',
  'x-amz-meta-filechecksum': '0x02661779',
  'x-amz-meta-checksumalgorithm': 'crc32',
  'content-encoding': 'gzip',
}

test.each([
  [
    'object GET',
    'Tue, 27 Mar 2007 19:36:42 +0000',
    'bWq2s1WEIj+Ydj0vQ697zp+IXMU=',
    { ...johnsmith, method: 'GET', path: puppy, headers: {} },
  ],
  [
    'object PUT',
    'Tue, 27 Mar 2007 21:15:45 +0000',
    'MyyxeRY7whkBe+bq8fHCL/2kKUg=',
    { ...johnsmith, method: 'PUT', path: puppy, headers: { 'content-type': 'image/jpeg' } },
  ],
  [
    'list',
    'Tue, 27 Mar 2007 19:42:41 +0000',
    'htDYFYduRNen8P9ZfE/s9SuKy0U=',
    { ...johnsmith, method: 'GET', path: '/', query: { prefix: 'photos', 'max-keys': '50', marker: 'puppy' }, headers: {} },
  ],
  [
    'fetch a sub-resource',
    'Tue, 27 Mar 2007 19:44:46 +0000',
    'c2WLPFtWHVgbEmeEG93a4cG37dM=',
    { ...johnsmith, method: 'GET', path: '/', query: { acl: '' }, headers: {} },
  ],
  [
    'upload, in a bucket whose name is the whole host',
    'Tue, 27 Mar 2007 21:06:08 +0000',
    'ilyl83RwaSoYIEdixDQcA4OnAnc=',
    {
      ...johnsmith,
      method: 'PUT',
      host: 'static.johnsmith.net:8080',
      virtualBucket: 'static.johnsmith.net',
      path: '/db-backup.dat.gz',
      headers: upload,
    },
  ],
  [
    'list all my buckets',
    'Wed, 28 Mar 2007 01:29:59 +0000',
    'qGdzdERIC03wnaRNKh6OqZehG9s=',
    { ...amazon, method: 'GET', path: '/', headers: {} },
  ],
  [
    'unicode keys, encoded as they are sent',
    'Wed, 28 Mar 2007 01:49:49 +0000',
    'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
    { ...amazon, method: 'GET', path: '/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re', headers: {} },
  ],
])('signs the published example: %s', (_, date, signature, { headers, ...request }) => {
  const signed = v2Signer.sign({ ...request, headers: { ...headers, date } }, credentials, new Date(0))
  expect(signed.authorization).toBe(`AWS ${credentials.accessKeyId}:${signature}`)
})

test('presigns the published example', () => {
  const expires = 1175139620
  const request = { ...johnsmith, method: 'GET', path: puppy, headers: {} }
  const query = v2Signer.presign(request, credentials, new Date((expires - 60) * 1000), 60)
  expect(query).toBe('AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D')
})

test('dates a request by itself, in the form of HTTP', () => {
  const request = { ...johnsmith, method: 'GET', path: puppy, headers: {} }
  expect(v2Signer.sign(request, credentials, new Date('2024-02-29T01:02:03Z')).date).toBe('Thu, 29 Feb 2024 01:02:03 GMT')
})

describe('a session token', () => {
  const temporary = { ...credentials, sessionToken: 'token/with+signs' }
  const request = { ...johnsmith, method: 'GET', path: puppy, headers: {} }
  const date = new Date('2024-02-29T01:02:03Z')
  const signedHeader = { ...request, headers: { 'x-amz-security-token': temporary.sessionToken } }

  test('is sent and signed as a header', () => {
    const signed = v2Signer.sign(request, temporary, date)
    expect(signed['x-amz-security-token']).toBe(temporary.sessionToken)
    expect(signed.authorization).toBe(v2Signer.sign(signedHeader, credentials, date).authorization)
  })

  test('stands in a presigned query and is signed there like the header', () => {
    const query = new URLSearchParams(v2Signer.presign(request, temporary, date, 60))
    const asHeader = new URLSearchParams(v2Signer.presign(signedHeader, credentials, date, 60))
    expect(query.get('x-amz-security-token')).toBe(temporary.sessionToken)
    expect(query.get('Signature')).toBe(asHeader.get('Signature'))
  })
})
