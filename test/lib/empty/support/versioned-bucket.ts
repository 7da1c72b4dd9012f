import type { S3Answer, S3Bucket, S3Call } from '../../../../registry-app/src/s3/bucket.ts'
import { S3Error } from '../../../../registry-app/src/s3/errors.ts'
import { openBucket } from '../../../../registry-app/src/s3/open-bucket.ts'

export interface Stored {
  readonly key: string
  readonly versionId: string
  readonly marker?: true
}

export interface VersionedBucketOptions {
  readonly versions: readonly Stored[]
  readonly uploads?: readonly string[]
  /** Operations that it answers with 501. */
  readonly lacks?: readonly string[]
  /** Told of each call before it is carried out. */
  readonly before?: (call: S3Call) => void
}

/** A bucket with versions in memory, which lists two at a time. */
export async function versionedBucket({ versions, uploads = [], lacks = [], before }: VersionedBucketOptions) {
  const left = [...versions]
  const pending = [...uploads]
  const calls: string[] = []
  const remove = (key: string | undefined, versionId: string | undefined) => {
    const at = left.findIndex(each => each.key === key && each.versionId === (versionId ?? 'null'))
    if (at >= 0) left.splice(at, 1)
  }

  function answer(call: S3Call): string | number {
    switch (call.operation) {
      case 'ListObjectVersions': {
        const page = left.slice(0, 2).map(({ key, versionId, marker }) => {
          const name = marker ? 'DeleteMarker' : 'Version'
          return `<${name}><Key>${encodeURIComponent(key)}</Key><VersionId>${versionId}</VersionId></${name}>`
        })
        // What it has listed is deleted when the next page is asked for, so that is always the first one.
        const more = left.length > 2 ? `<IsTruncated>true</IsTruncated><NextKeyMarker>${calls.length}</NextKeyMarker>` : ''
        return `<ListVersionsResult><EncodingType>url</EncodingType>${page.join('')}${more}</ListVersionsResult>`
      }
      case 'DeleteObjects': {
        const body = Buffer.concat(call.body ?? []).toString()
        for (const [, key, , versionId] of body.matchAll(/<Key>(.*?)<\/Key>(<VersionId>(.*?)<\/VersionId>)?/g)) remove(key, versionId)
        return '<DeleteResult/>'
      }
      case 'DeleteObject':
        remove(call.key, call.query?.versionId)
        return ''
      case 'ListObjectsV2':
        return `<ListBucketResult><KeyCount>1</KeyCount>${left.map(({ key }) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`
      case 'ListMultipartUploads':
        return `<R>${pending.map(key => `<Upload><Key>${key}</Key><UploadId>${key}</UploadId></Upload>`).join('')}</R>`
      case 'AbortMultipartUpload':
        pending.splice(pending.indexOf(call.key ?? ''), 1)
        return ''
      default:
        throw new TypeError(`${call.operation} is not expected`)
    }
  }

  async function send(call: S3Call): Promise<S3Answer> {
    call.signal?.throwIfAborted()
    before?.(call)
    calls.push(call.operation)
    const text = lacks.includes(call.operation) ? 501 : answer(call)
    if (typeof text === 'string') return { status: 200, code: undefined, headers: {}, text, repeated: false }
    if (call.expects?.(text, 'NotImplemented')) return { status: text, code: 'NotImplemented', headers: {}, text: '', repeated: false }
    throw new S3Error('refused', { operation: call.operation, bucket: 'images', status: text })
  }

  const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 's' })
  const real = await openBucket(
    { bucket: 'images', region: 'r', endpoint: 'http://nowhere.test', credentials },
    { now: () => new Date(0), clock: () => 0, random: () => 0, sleep: async () => {} },
  )
  const bucket: S3Bucket = { ...real, send }
  return { bucket, left, pending, calls }
}
