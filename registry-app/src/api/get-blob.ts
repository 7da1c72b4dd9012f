import { type Digest, parseDigest } from '../registry/digest.ts'
import { RegistryError } from '../registry/errors.ts'
import type { ByteRange } from '../storage/driver.ts'
import type { Context } from './context.ts'
import { parseRange } from './range.ts'
import { empty, json, notModified, type Reply } from './reply.ts'
import { immutable, isUnmodified } from './validators.ts'

/** end-2: `GET` and `HEAD /v2/<name>/blobs/<digest>` (OCI distribution specification, "Pulling blobs"). */
export async function getBlob(context: Context): Promise<Reply> {
  const { registry, request, params, tell, signal } = context
  const digest = parseDigest(params.digest)
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    ...immutable(digest),
  }

  const pulled = (size: number) => tell?.({ action: 'pull', object: 'blob', name: params.name, digest, size })

  if (request.method === 'HEAD') {
    const { size } = (await registry.blobs.offer(params.name, digest, { signal })) ?? unknown(digest)
    pulled(size)
    return isUnmodified(request, digest) ? notModified(headers) : { status: 200, headers: { ...headers, 'content-length': size } }
  }

  const elsewhere = isUnmodified(request, digest) ? undefined : await registry.blobs.locate(params.name, digest, { signal })
  if (elsewhere === 'unknown') unknown(digest)
  if (elsewhere) {
    if (tell) pulled((await registry.blobs.sizeOf(params.name, digest, { signal })) ?? unknown(digest))
    // The URL is good for a while only, so nobody may keep this answer as long as the blob.
    return empty(307, { location: elsewhere.href, 'docker-content-digest': digest, 'cache-control': 'no-store' })
  }

  const range = await wantedRange(context, digest)
  const blob = (await registry.blobs.open(params.name, digest, { range, signal })) ?? unknown(digest)
  pulled(blob.size)
  if (isUnmodified(request, digest)) {
    await blob.close()
    return notModified(headers)
  }
  const { body, close } = blob
  if (!range) return { status: 200, headers: { ...headers, 'content-length': blob.size }, body, close }

  const { size } = blob
  const { first, last = size - 1 } = range
  if (first >= size) {
    await close()
    const error = new RegistryError('RANGE_INVALID', { range: request.headers.range, size })
    return { ...json({ errors: [error] }, { 'content-range': `bytes */${size}` }), status: error.status }
  }
  const end = Math.min(last, size - 1)
  const partial = { ...headers, 'content-range': `bytes ${first}-${end}/${size}`, 'content-length': end - first + 1 }
  return { status: 206, headers: partial, body, close }
}

async function wantedRange({ registry, request, params, signal }: Context, digest: Digest): Promise<ByteRange | undefined> {
  const condition = request.headers['if-range']
  if (condition !== undefined && condition !== `"${digest}"`) return undefined
  const wanted = parseRange(request.headers.range)
  if (!wanted || 'first' in wanted) return wanted
  const { size } = (await registry.blobs.stat(params.name, digest, { signal })) ?? unknown(digest)
  // The last 0 bytes, or the end of an empty blob, are no range that could be answered (RFC 9110, section 14.1.2).
  return { first: wanted.suffix === 0 ? size : Math.max(0, size - wanted.suffix) }
}

function unknown(digest: Digest): never {
  throw new RegistryError('BLOB_UNKNOWN', { digest })
}
