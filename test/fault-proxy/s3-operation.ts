import type { IncomingHttpHeaders } from 'node:http'

/** What a request asks of an S3 server, by the API's own names. `Other` is whatever a registry has no use for. */
export type S3Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'ListObjects'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'DeleteObjects'
  | 'HeadObject'
  | 'GetObject'
  | 'PutObject'
  | 'CopyObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'ListParts'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'Other'

interface Asked {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export function operationOf({ method, bucket, key, query, headers }: Asked): S3Operation {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : 'Other'
  if (key === '') return bucketOperation(method, query)
  if (query.has('uploadId')) return multipartOperation(method, headers)
  if (method === 'PUT') return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject'
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'Other'
  return ({ HEAD: 'HeadObject', GET: 'GetObject', DELETE: 'DeleteObject' } as const)[method] ?? 'Other'
}

function bucketOperation(method: string, query: URLSearchParams): S3Operation {
  if (method === 'GET') return listOperation(query)
  if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : 'Other'
  return ({ HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' } as const)[method] ?? 'Other'
}

/** A name without a value, such as `?versioning`, asks for that property of the bucket; a list's parameters have values. */
function listOperation(query: URLSearchParams): S3Operation {
  if (query.get('list-type') === '2') return 'ListObjectsV2'
  if (query.has('uploads')) return 'ListMultipartUploads'
  if (query.has('location')) return 'GetBucketLocation'
  return ['prefix', 'delimiter', 'marker', 'max-keys'].some(name => query.has(name)) || query.size === 0 ? 'ListObjects' : 'Other'
}

function multipartOperation(method: string, headers: IncomingHttpHeaders): S3Operation {
  if (method === 'PUT') return headers['x-amz-copy-source'] ? 'UploadPartCopy' : 'UploadPart'
  return ({ GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' } as const)[method] ?? 'Other'
}
