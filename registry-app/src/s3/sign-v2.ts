import { createHmac } from 'node:crypto'
import type { HeaderFields, Query } from './bucket.ts'
import { encodeQuery } from './encode-query.ts'
import type { Signer, UnsignedRequest } from './signer.ts'

/**
 * AWS Signature Version 2 for S3, which some stores still speak alone. It signs no body, and no region.
 *
 * Source: Amazon S3 User Guide, "Signing and authenticating REST requests (AWS Signature Version 2)".
 */
export const v2Signer: Signer = {
  version: 'v2',

  sign(request, { accessKeyId, secretAccessKey, sessionToken }, date) {
    const headers = withToken({ date: date.toUTCString(), ...request.headers }, sessionToken)
    const signature = hmac(secretAccessKey, stringToSign({ ...request, headers }, headers.date ?? ''))
    return { ...headers, authorization: `AWS ${accessKeyId}:${signature}` }
  },

  presign(request, { accessKeyId, secretAccessKey, sessionToken }, date, expiresIn) {
    const expires = String(Math.floor(date.getTime() / 1000) + expiresIn)
    // A parameter of the query that is named like an x-amz- header is signed as one, as Amazon's own clients do it.
    const signed = { ...request, headers: withToken(request.headers, sessionToken) }
    return encodeQuery({
      ...request.query,
      AWSAccessKeyId: accessKeyId,
      Expires: expires,
      Signature: hmac(secretAccessKey, stringToSign(signed, expires)),
      'x-amz-security-token': sessionToken,
    })
  },
}

const withToken = (headers: HeaderFields, token: string | undefined): HeaderFields =>
  token === undefined ? headers : { ...headers, 'x-amz-security-token': token }

function stringToSign({ method, headers, path, query, virtualBucket }: UnsignedRequest, dateOrExpiry: string): string {
  const line = (name: string) => headers[name] ?? ''
  return [method, line('content-md5'), line('content-type'), dateOrExpiry, amzHeaders(headers) + resource(path, query, virtualBucket)].join(
    '\n',
  )
}

/** "Constructing the CanonicalizedAmzHeaders element": lower case, sorted, one a line, each ended by a newline. */
function amzHeaders(headers: HeaderFields): string {
  return Object.keys(headers)
    .filter(name => name.startsWith('x-amz-'))
    .sort()
    .map(name => `${name}:${headers[name]?.trim()}\n`)
    .join('')
}

/** "Constructing the CanonicalizedResource element": the path with its bucket, whatever the addressing, then the sub-resources, not encoded. */
function resource(path: string, query: Query, virtualBucket: string | undefined): string {
  const whole = virtualBucket === undefined ? path : `/${virtualBucket}${path}`
  const signed = Object.keys(query).filter(name => subresources.has(name) && query[name] !== undefined)
  const pairs = signed.sort().map(name => (query[name] === '' ? name : `${name}=${query[name]}`))
  return pairs.length > 0 ? `${whole}?${pairs.join('&')}` : whole
}

const subresources = new Set([
  ...['acl', 'cors', 'delete', 'lifecycle', 'location', 'logging', 'notification', 'partNumber', 'policy', 'requestPayment', 'tagging'],
  ...['torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding', 'response-content-language'],
  ...['response-content-type', 'response-expires'],
])

const hmac = (secret: string, text: string) => createHmac('sha1', secret).update(text, 'utf8').digest('base64')
