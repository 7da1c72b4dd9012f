import { answerElement } from './answer-element.ts'
import type { CallOptions, Query, S3Bucket } from './bucket.ts'
import type { Named } from './delete-objects-call.ts'
import { listObjects } from './list-objects.ts'
import { decoderOf } from './listed-names.ts'
import { textOf } from './xml.ts'

/**
 * Everything that keeps a bucket from being empty, a page at a time: every version of every object, and the markers of deleted ones.
 *
 * A store that knows no versions lists its objects.
 *
 * @param options `prefix`: only of keys that begin so
 */
export async function* listVersions(
  bucket: S3Bucket,
  { prefix, ...options }: CallOptions & { prefix?: string | undefined },
): AsyncGenerator<readonly Named[]> {
  let place: Query = {}
  for (;;) {
    const call = {
      operation: 'ListObjectVersions',
      method: 'GET',
      query: { versions: '', prefix, 'encoding-type': 'url', ...place },
      expects: (status: number) => status === 501 || status === 405 || status === 400,
      signal: options.signal,
    } as const
    const answer = await bucket.send(call)
    const page = answer.status < 300 ? answerElement(bucket, call, answer) : undefined
    // A store that never heard of the parameter answers with its objects.
    if (page?.name !== 'ListVersionsResult') {
      for await (const { objects } of listObjects(bucket, prefix ?? '', options)) yield objects.map(({ key }) => ({ key }))
      return
    }
    const decode = decoderOf(page)
    yield page.children
      .filter(({ name }) => name === 'Version' || name === 'DeleteMarker')
      .map(version => ({ key: decode(textOf(version, 'Key') ?? ''), versionId: textOf(version, 'VersionId') || undefined }))
    if (textOf(page, 'IsTruncated') !== 'true') return
    const next = { 'key-marker': decode(textOf(page, 'NextKeyMarker') ?? ''), 'version-id-marker': textOf(page, 'NextVersionIdMarker') }
    if (next['key-marker'] === place['key-marker'] && next['version-id-marker'] === place['version-id-marker']) {
      throw bucket.error(call, answer, 'the store gives the same page again')
    }
    place = next
  }
}
