import { answerElement } from './answer-element.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { decoderOf } from './listed-names.ts'
import { childrenOf, textOf } from './xml.ts'

/** An upload in parts that was begun, and neither completed nor aborted. */
export interface PendingUpload {
  key: string
  uploadId: string
  initiated: Date
}

/** The unfinished uploads whose keys begin with `prefix`, a page of up to 1,000 at a time. MinIO lists those of one whole key only. */
export async function* listMultipartUploads(
  bucket: S3Bucket,
  { prefix, signal }: CallOptions & { prefix?: string | undefined } = {},
): AsyncGenerator<readonly PendingUpload[]> {
  let after: { 'key-marker'?: string | undefined; 'upload-id-marker'?: string | undefined } = {}
  for (;;) {
    const query = { uploads: '', prefix: prefix || undefined, 'encoding-type': 'url', ...after }
    const call = { operation: 'ListMultipartUploads', method: 'GET', query, signal } as const
    const answer = await bucket.send(call)
    const page = answerElement(bucket, call, answer)
    const decode = decoderOf(page)
    yield childrenOf(page, 'Upload').map(upload => ({
      key: decode(textOf(upload, 'Key') ?? ''),
      uploadId: textOf(upload, 'UploadId') ?? '',
      initiated: new Date(textOf(upload, 'Initiated') ?? 0),
    }))
    if (textOf(page, 'IsTruncated') !== 'true') return
    const next = { 'key-marker': decode(textOf(page, 'NextKeyMarker') ?? ''), 'upload-id-marker': textOf(page, 'NextUploadIdMarker') }
    if (next['key-marker'] === after['key-marker'] && next['upload-id-marker'] === after['upload-id-marker']) {
      throw bucket.error(call, answer, 'the store gives the same page again')
    }
    after = next
  }
}
