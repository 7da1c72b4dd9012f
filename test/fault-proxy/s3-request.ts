import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { operationOf, type S3Operation } from './s3-operation.ts'

/** A request to an S3 server, as the proxy sees it. */
export interface S3Request {
  readonly operation: S3Operation
  readonly method: string
  /** Path and query, as they were sent. */
  readonly url: string
  /** Empty where the request is about no bucket. */
  readonly bucket: string
  /** Decoded; empty where the request is about a bucket. */
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** @param domain below which a host's name begins with the bucket's; without it, the bucket is in the path */
export function readS3Request({ method = 'GET', url = '/', headers }: IncomingMessage, domain?: string): S3Request {
  const [path = '/', query = ''] = url.split(/\?(.*)/s)
  const [host = ''] = (headers.host ?? '').split(':')
  const named = domain && host.endsWith(`.${domain}`) ? `/${host.slice(0, -domain.length - 1)}${path}` : path
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(named) ?? []
  const asked = { method, bucket, key: decodeURIComponent(key), query: new URLSearchParams(query), headers }
  return { ...asked, url, operation: operationOf(asked) }
}
