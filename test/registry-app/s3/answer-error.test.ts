import { describe, expect, test } from 'vitest'
import { answerError } from '../../../registry-app/src/s3/answer-error.ts'
import type { S3Call } from '../../../registry-app/src/s3/bucket.ts'
import { contentMd5Demand } from '../../support/content-md5-demand.ts'

const call: S3Call = { operation: 'PutObject', method: 'PUT', key: 'a/b' }
const store = { bucket: 'images', region: 'us-east-1', now: new Date('2026-03-01T12:00:00Z') }
const xml = (inside: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inside}</Error>`
const errorOf = (status: number, text: string, headers: Record<string, string> = {}, of = call) =>
  answerError(of, store, { status, headers, text })

describe('an error is a sentence', () => {
  test.each<[string, number, string, Record<string, string>, string]>([
    [
      'with what the store said',
      403,
      xml('<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>4442587FB7D0A2F9</RequestId>'),
      {},
      'Access Denied (AccessDenied, 403, request 4442587FB7D0A2F9)',
    ],
    [
      'with the request’s id from the header',
      403,
      xml('<Code>AccessDenied</Code><Message>Access Denied</Message>'),
      { 'x-amz-request-id': 'H1' },
      'Access Denied (AccessDenied, 403, request H1)',
    ],
    ['where the store says nothing', 500, '', {}, 'the store answered with status 500 (500)'],
    ['where it says nothing that is S3', 502, '<html><body>Bad Gateway</body></html>', {}, 'the store answered with status 502 (502)'],
    ['where its words are cut short', 500, '<Error><Code>Inter', {}, 'the store answered with status 500 (500)'],
    [
      'that names the region where the bucket is (Amazon, 301)',
      301,
      xml('<Code>PermanentRedirect</Code><Message>Use another</Message><Endpoint>images.s3.eu-west-1.amazonaws.com</Endpoint>'),
      { 'x-amz-bucket-region': 'eu-west-1' },
      'the bucket is in the region eu-west-1, and the configuration says us-east-1 (PermanentRedirect, 301)',
    ],
    [
      'that names the region where the bucket is (400, in the body)',
      400,
      xml(
        "<Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region>",
      ),
      {},
      'the bucket is in the region eu-west-1, and the configuration says us-east-1 (AuthorizationHeaderMalformed, 400)',
    ],
    [
      'that names the region after HEAD, which has no body',
      400,
      '',
      { 'x-amz-bucket-region': 'eu-west-1' },
      'the bucket is in the region eu-west-1, and the configuration says us-east-1 (400)',
    ],
    [
      'that names the endpoint where the bucket is',
      307,
      xml('<Code>TemporaryRedirect</Code><Message>Please re-send</Message><Endpoint>images.s3-new.example</Endpoint>'),
      {},
      'the bucket is at the endpoint images.s3-new.example, and must be asked there (TemporaryRedirect, 307)',
    ],
    [
      'that says where it was sent to',
      307,
      '',
      { location: 'https://other.example/images' },
      'the store redirects to https://other.example/images, which is not followed: the region, or the endpoint, is another (307)',
    ],
    [
      'that does not blame the region where something else is wrong',
      403,
      xml('<Code>AccessDenied</Code><Message>Access Denied</Message>'),
      { 'x-amz-bucket-region': 'eu-west-1' },
      'Access Denied (AccessDenied, 403)',
    ],
    [
      'that says how wrong the clock is',
      403,
      xml('<Code>RequestTimeTooSkewed</Code><Message>The difference is too large</Message>'),
      { date: 'Sun, 01 Mar 2026 12:30:00 GMT' },
      "this machine's clock is 1800 s behind the store's (RequestTimeTooSkewed, 403)",
    ],
    [
      'that says what may be wrong with a signature',
      403,
      xml(
        '<Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match</Message><StringToSign>x</StringToSign>',
      ),
      {},
      'the store computes another signature: the secret key, the region or the signing version is not the right one (SignatureDoesNotMatch, 403)',
    ],
    [
      'that says what a bucket with locked objects demands',
      400,
      xml(`<Code>InvalidRequest</Code><Message>${contentMd5Demand}</Message>`),
      {},
      'the bucket demands Content-MD5: set storage.s3.contentmd5: true (InvalidRequest, 400)',
    ],
  ])('%s', (_, status, text, headers, reason) => {
    expect(errorOf(status, text, headers).message).toBe(`PutObject of a/b in bucket images: ${reason}`)
  })

  test('that leaves what the store says of an MD5 that it was told', () => {
    const text = xml('<Code>InvalidRequest</Code><Message>Value for Content-MD5 header is invalid.</Message>')
    expect(errorOf(400, text, {}, { ...call, headers: { 'content-md5': 'x' } }).message).toBe(
      'PutObject of a/b in bucket images: Value for Content-MD5 header is invalid. (InvalidRequest, 400)',
    )
  })

  test('about the bucket where no key is concerned', () => {
    const error = errorOf(
      404,
      xml('<Code>NoSuchBucket</Code><Message>No such bucket</Message>'),
      {},
      { operation: 'ListObjectsV2', method: 'GET' },
    )
    expect(error.message).toBe('ListObjectsV2 in bucket images: No such bucket (NoSuchBucket, 404)')
  })

  test('that does not go on for ever', () => {
    expect(errorOf(400, xml(`<Code>Odd</Code><Message>${'x'.repeat(10_000)}</Message>`)).message.length).toBeLessThan(500)
  })
})

test.each<[string | undefined, number | undefined]>([
  ['120', 120],
  ['0', 0],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s seconds', (header, seconds) => {
  expect(errorOf(503, '', header === undefined ? {} : { 'retry-after': header }).retryAfter).toBe(seconds)
})
