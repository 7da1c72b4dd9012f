import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { type OldStoreOptions, oldStore, v4Refusals } from './old-store.ts'
import { readS3Request } from './s3-request.ts'

const v2 = 'AWS key:signature'
const v4 = 'AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00'

function asked(line: string, authorization?: string, options?: OldStoreOptions) {
  const [method, url] = line.split(' ')
  return oldStore(options)(readS3Request({ method, url, headers: { authorization } } as IncomingMessage))
}

it.each(['GET /images/a', 'PUT /images/a', 'GET /images?list-type=2', 'POST /images?delete'])('lets %s pass in version 2', line => {
  expect(asked(line, v2)).toBeUndefined()
})

it('lets a URL pass that is signed in version 2', () => {
  expect(asked('GET /images/a?AWSAccessKeyId=key&Expires=1&Signature=x')).toBeUndefined()
})

it.each(Object.entries(v4Refusals))('refuses version 4 in a header, as %s', (_, refusal) => {
  expect(asked('GET /images/a', v4, { v4: refusal })).toEqual(refusal)
})

it('refuses a URL that is signed in version 4', () => {
  expect(asked('GET /images/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00')).toMatchObject({ status: 403, code: 'AccessDenied' })
})

it('may not know the newer calls', () => {
  const options = { listObjectsV2: 'refused', deleteObjects: 'refused' } as const
  expect(asked('GET /images?list-type=2', v2, options)).toMatchObject({ status: 501, code: 'NotImplemented' })
  expect(asked('POST /images?delete', v2, options)).toMatchObject({ status: 501, code: 'NotImplemented' })
  expect(asked('GET /images?prefix=a', v2, options)).toBeUndefined()
})

it('may take version 2 of a list for version 1', () => {
  const line = 'GET /images?list-type=2&prefix=a%2F&delimiter=%2F&continuation-token=abc&start-after=b'
  expect(asked(line, v2, { listObjectsV2: 'taken for version 1' })).toEqual({ kind: 'ask', url: '/images?prefix=a%2F&delimiter=%2F' })
})
