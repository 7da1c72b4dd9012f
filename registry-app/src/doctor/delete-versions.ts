import { answerElement } from '../s3/answer-element.ts'
import type { Query, S3Bucket } from '../s3/bucket.ts'
import { textOf, type XmlElement } from '../s3/xml.ts'

/** Deletes every version of every object below the prefix, and the markers that say that they were deleted. */
export async function deleteVersions(bucket: S3Bucket, prefix: string, signal: AbortSignal): Promise<void> {
  let place: Query | undefined = {}
  while (place !== undefined) {
    const call = { operation: 'ListObjectVersions', method: 'GET', query: { versions: '', prefix, ...place }, signal } as const
    const page: XmlElement = answerElement(bucket, call, await bucket.send(call))
    for (const version of page.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker')) {
      const [key, versionId] = [textOf(version, 'Key'), textOf(version, 'VersionId')]
      if (!key?.startsWith(prefix)) continue
      await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, query: { versionId }, signal })
    }
    const more = textOf(page, 'IsTruncated') === 'true'
    place = more ? { 'key-marker': textOf(page, 'NextKeyMarker'), 'version-id-marker': textOf(page, 'NextVersionIdMarker') } : undefined
  }
}
