import { createHmac, hash } from 'node:crypto'
import type { HeaderFields } from './bucket.ts'
import type { Credentials } from './credentials.ts'
import { encodeQuery } from './encode-query.ts'
import type { Signer, UnsignedRequest } from './signer.ts'

/** Instead of the body's hash: TLS or the caller looks after the body. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * AWS Signature Version 4 for S3, and for what of AWS else is asked at a path that needs no encoding.
 *
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk" and
 * "Authenticating Requests: Using Query Parameters". For S3 a path is neither normalised nor encoded a second time.
 */
export function v4Signer(region: string, service = 's3'): Signer {
  const signingKey = signingKeys(region, service)

  /** Task 2 and 3: the string to sign, and its signature. */
  function signature(canonicalRequest: string, { secretAccessKey }: Credentials, timestamp: string): string {
    const stringToSign = [algorithm, timestamp, scope(timestamp, region, service), hash('sha256', canonicalRequest)].join('\n')
    return createHmac('sha256', signingKey(secretAccessKey, timestamp.slice(0, 8)))
      .update(stringToSign)
      .digest('hex')
  }

  return {
    version: 'v4',

    sign(request, credentials, date) {
      const timestamp = timestampOf(date)
      const sent: HeaderFields = {
        ...request.headers,
        'x-amz-content-sha256': request.payload,
        'x-amz-date': timestamp,
        ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
      }
      const signed = { ...sent, host: request.host }
      const names = Object.keys(signed).sort().join(';')
      const canonical = canonicalRequest(request, encodeQuery(request.query), signed, request.payload)
      const credential = `${credentials.accessKeyId}/${scope(timestamp, region, service)}`
      const proof = signature(canonical, credentials, timestamp)
      return { ...sent, authorization: `${algorithm} Credential=${credential},SignedHeaders=${names},Signature=${proof}` }
    },

    presign(request, credentials, date, expiresIn) {
      const timestamp = timestampOf(date)
      const signed = { ...request.headers, host: request.host }
      const query = encodeQuery({
        ...request.query,
        'X-Amz-Algorithm': algorithm,
        'X-Amz-Credential': `${credentials.accessKeyId}/${scope(timestamp, region, service)}`,
        'X-Amz-Date': timestamp,
        'X-Amz-Expires': String(expiresIn),
        'X-Amz-SignedHeaders': Object.keys(signed).sort().join(';'),
        'X-Amz-Security-Token': credentials.sessionToken,
      })
      const canonical = canonicalRequest(request, query, signed, unsignedPayload)
      return `${query}&X-Amz-Signature=${signature(canonical, credentials, timestamp)}`
    },
  }
}

const algorithm = 'AWS4-HMAC-SHA256'

/** Task 1: a canonical request. */
function canonicalRequest({ method, path }: UnsignedRequest, query: string, headers: HeaderFields, payload: string): string {
  const names = Object.keys(headers).sort()
  const lines = names.map(name => `${name}:${headers[name]?.trim().replace(/ +/g, ' ')}\n`)
  return [method, path, query, lines.join(''), names.join(';'), payload].join('\n')
}

/** `20130524T000000Z` */
const timestampOf = (date: Date) => date.toISOString().replace(/[:-]|\.\d{3}/g, '')

const scope = (timestamp: string, region: string, service: string) => `${timestamp.slice(0, 8)}/${region}/${service}/aws4_request`

/** A key is good for a day: the last one is kept, so that a request costs two hashes and not six. */
function signingKeys(region: string, service: string) {
  let latest: { secret: string; day: string; key: Buffer } | undefined
  return (secret: string, day: string): Buffer => {
    if (latest?.secret !== secret || latest.day !== day) {
      const parts = [day, region, service, 'aws4_request']
      const key = parts.reduce<Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), Buffer.from(`AWS4${secret}`))
      latest = { secret, day, key }
    }
    return latest.key
  }
}
