import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeQuery } from '../../../registry-app/src/s3/encode-query.ts'
import { unsignedPayload, v4Signer } from '../../../registry-app/src/s3/sign-v4.ts'
import { encodeKey } from '../../../registry-app/src/s3/uri-encode.ts'

/** The worked examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using Query Parameters". */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const date = new Date('2013-05-24T00:00:00Z')
const signer = v4Signer('us-east-1')
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const example = { host: 'examplebucket.s3.amazonaws.com', method: 'GET', path: '/', query: {}, headers: {}, payload: empty }

test.each([
  [
    'GET object',
    { ...example, path: '/test.txt', headers: { range: 'bytes=0-9' } },
    'host;range;x-amz-content-sha256;x-amz-date',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT object',
    {
      ...example,
      method: 'PUT',
      path: '/test%24file.text',
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      payload: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET bucket lifecycle',
    { ...example, query: { lifecycle: '' } },
    'host;x-amz-content-sha256;x-amz-date',
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'list objects',
    { ...example, query: { prefix: 'J', 'max-keys': '2' } },
    'host;x-amz-content-sha256;x-amz-date',
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs the published example: %s', (_, request, names, signature) => {
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
  expect(signer.sign(request, credentials, date)).toEqual({
    ...request.headers,
    'x-amz-content-sha256': request.payload,
    'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${names},Signature=${signature}`,
  })
})

test('presigns the published example', () => {
  expect(signer.presign({ ...example, path: '/test.txt' }, credentials, date, 86400)).toBe(
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z' +
      '&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

test('takes another key on another day, and for another secret', () => {
  const signature = (secretAccessKey: string, day: string) =>
    signer.sign(example, { ...credentials, secretAccessKey }, new Date(`${day}T00:00:00Z`)).authorization
  const first = signature('one', '2024-01-01')
  const others = [signature('one', '2024-01-02'), signature('two', '2024-01-02'), signature('two', '2024-01-01')]
  expect(new Set([first, ...others]).size).toBe(4)
  expect(signature('one', '2024-01-01')).toBe(first)
})

describe('agrees with the AWS SDK', () => {
  /** SHA-256 as the SDK wants it: a class. */
  class Sha256 {
    readonly #hash
    constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
      this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer)
    }
    update(data: Uint8Array) {
      this.#hash.update(data)
    }
    async digest() {
      return new Uint8Array(this.#hash.digest())
    }
    reset() {}
  }

  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  const headerText = fc.string({ unit: fc.constantFrom(...'abc XYZ019-_.;=/"'), minLength: 1 }).filter(value => value === value.trim())
  const requests = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
    key: text,
    query: fc.dictionary(
      text.filter(name => name !== '__proto__'),
      fc.string({ unit: 'grapheme' }),
    ),
    headers: fc.dictionary(fc.stringMatching(/^x-amz-meta-[a-z]{1,5}$/), headerText),
    payload: fc.constantFrom(unsignedPayload, empty),
    sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
    date: fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }),
    region: fc.constantFrom('us-east-1', 'east-1', 'auto'),
  })
  const host = 'store.example:9000'
  const theirSigner = (region: string, sessionToken: string | undefined) =>
    new SignatureV4({
      service: 's3',
      region,
      credentials: { ...credentials, ...(sessionToken && { sessionToken }) },
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: true,
    })
  const theirRequest = (method: string, path: string, query: Record<string, string>, headers: Record<string, string>) => ({
    ...{ method, protocol: 'http:', hostname: 'store.example', port: 9000, path, query },
    headers: { ...headers, host },
  })

  test('on whatever key, query and headers', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, key, query, headers, payload, sessionToken, date, region }) => {
        const path = `/bucket/${encodeKey(key)}`
        const ours = v4Signer(region).sign({ method, host, path, query, headers, payload }, { ...credentials, sessionToken }, date)
        const theirs = await theirSigner(region, sessionToken).sign(
          theirRequest(method, path, query, { ...headers, 'x-amz-content-sha256': payload }),
          { signingDate: date },
        )
        expect(ours.authorization?.replaceAll(',', ', ')).toBe(theirs.headers.authorization)
      }),
    )
  })

  test('on what other services of AWS are asked', async () => {
    const [method, path, headers] = ['POST', '/', { 'x-amz-target': 'AmazonSSM.GetParameter' }] as const
    const payload = createHash('sha256').update('{}').digest('hex')
    const date = new Date('2026-11-28T12:00:00Z')
    const ours = v4Signer('eu-west-1', 'ssm').sign({ method, host, path, query: {}, headers, payload }, credentials, date)
    const theirs = await new SignatureV4({ service: 'ssm', region: 'eu-west-1', credentials, sha256: Sha256 }).sign(
      { ...theirRequest(method, path, {}, { ...headers, 'x-amz-content-sha256': payload }), body: '{}' },
      { signingDate: date },
    )
    expect(ours.authorization?.replaceAll(',', ', ')).toBe(theirs.headers.authorization)
  })

  test('on whatever is presigned', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, key, query, sessionToken, date, region }) => {
        const path = `/bucket/${encodeKey(key)}`
        // The SDK says of the body what a header would have said.
        const said = { 'x-amz-content-sha256': unsignedPayload }
        const request = { method, host, path, query: { ...query, ...said }, headers: {}, payload: unsignedPayload }
        const ours = v4Signer(region).presign(request, { ...credentials, sessionToken }, date, 3600)
        const options = { signingDate: date, expiresIn: 3600 }
        const theirs = await theirSigner(region, sessionToken).presign(theirRequest(method, path, query, said), options)
        expect(new URLSearchParams(ours).get('X-Amz-Signature')).toBe(theirs.query?.['X-Amz-Signature'])
      }),
    )
  })

  test('on how a query is encoded', () => {
    expect(encodeQuery({ b: "!'()* ~é/+", a: '', c: undefined })).toBe('a=&b=%21%27%28%29%2A%20~%C3%A9%2F%2B')
  })
})
