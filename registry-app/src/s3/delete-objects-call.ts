import { hash } from 'node:crypto'
import type { S3Call } from './bucket.ts'
import { escapeXml } from './xml.ts'

/** What DeleteObjects names: an object, or one version of it. */
export interface Named {
  readonly key: string
  /** @default - the object: where the store keeps versions, it gets a marker that says that it was deleted */
  readonly versionId?: string | undefined
}

/** The most that one request may name. */
export const mostNamed = 1000

/** DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html. @param options `quiet`: the answer tells of failures alone; the default */
export function deleteObjectsCall(
  named: readonly Named[],
  { quiet = true, ...options }: Pick<S3Call, 'expects' | 'signal' | 'until'> & { quiet?: boolean },
) {
  const objects = named.map(({ key, versionId }) => {
    const version = versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`
    return `<Object><Key>${escapeXml(key)}</Key>${version}</Object>`
  })
  const body = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>${quiet}</Quiet>${objects.join('')}</Delete>`)
  return {
    operation: 'DeleteObjects',
    method: 'POST',
    query: { delete: '' },
    // The one operation that demands a checksum, and this is the one that every store understands.
    headers: { 'content-type': 'application/xml', 'content-md5': hash('md5', body, 'base64') },
    body: [body],
    ...options,
  } as const satisfies S3Call
}
