import { field } from './answer-fields.ts'
import type { CallOptions, S3Answer, S3Bucket, S3Call } from './bucket.ts'
import { headObject } from './head-object.ts'
import { isAbsent, type ObjectInfo, objectInfo } from './object-info.ts'
import { type Resumable, resumingBody } from './resuming-body.ts'

export interface OpenObject extends ObjectInfo {
  /** To be read once. A piece may be overwritten once the next is asked for. A connection that breaks is made again where it broke, as long as the object is the same. @throws S3Error if it stays cut short */
  body: AsyncIterable<Uint8Array>
  /** Gives up what the body would need, where it is not read to its end. */
  close(): void
}

/** First and last byte, both included (RFC 9110, 14.1.2). */
export interface ByteRange {
  first: number
  last?: number | undefined
}

/** An object's bytes, or one range of them, or `undefined`. A range beyond its end gives an empty body. */
export async function getObject(
  bucket: S3Bucket,
  key: string,
  { range, signal }: CallOptions & { range?: ByteRange | undefined } = {},
): Promise<OpenObject | undefined> {
  const call: S3Call = {
    operation: 'GetObject',
    method: 'GET',
    key,
    download: true,
    headers: range ? { range: `bytes=${range.first}-${range.last ?? ''}` } : {},
    expects: (status, code) => isAbsent(status, code) || status === 416,
    signal,
  }
  const opened = await bucket.open(call)
  if (opened.status === 404) return undefined
  if (opened.status === 416) return emptyObject(bucket, key, opened, signal)

  const { first, last, size } = extentOf(bucket, call, opened)
  const info = objectInfo(opened.headers, size)
  const wanted: Resumable = {
    first: range?.first ?? 0,
    last: Math.min(range?.last ?? size - 1, size - 1),
    etag: info.etag,
  }
  if (first !== wanted.first || last !== wanted.last) {
    opened.close()
    throw bucket.error(call, opened, `the store answered with the bytes ${first} to ${last}, not ${wanted.first} to ${wanted.last}`)
  }
  return { ...info, ...resumingBody(bucket, call, opened, wanted) }
}

/** Which bytes the answer holds, and how large the object is. */
function extentOf(bucket: S3Bucket, call: S3Call, opened: S3Answer & { close(): void }) {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(field(opened.headers, 'content-range') ?? '')
  if (opened.status === 206 && range) return { first: Number(range[1]), last: Number(range[2]), size: Number(range[3]) }
  const length = field(opened.headers, 'content-length')
  if (opened.status === 200 && length !== undefined) return { first: 0, last: Number(length) - 1, size: Number(length) }
  opened.close()
  throw bucket.error(call, opened, 'the store does not say how long the object is')
}

/** `416 Range Not Satisfiable`: the size is told by the header (RFC 9110, 15.5.17) or Amazon's body; else it is asked for. */
async function emptyObject(bucket: S3Bucket, key: string, { headers, text }: S3Answer, signal: AbortSignal | undefined) {
  const told = /^bytes \*\/(\d+)$/.exec(field(headers, 'content-range') ?? '') ?? /<ActualObjectSize>(\d+)</.exec(text)
  const info = told ? objectInfo(headers, Number(told[1])) : await headObject(bucket, key, { signal })
  return info && { ...info, body: nothing(), close: () => {} }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
