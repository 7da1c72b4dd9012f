import { hash } from 'node:crypto'
import { inParallel } from '../../registry-app/src/concurrency/in-parallel.ts'
import { answerElement } from '../../registry-app/src/s3/answer-element.ts'
import type { CallOptions, S3Bucket } from '../../registry-app/src/s3/bucket.ts'
import { childrenOf, escapeXml, textOf } from '../../registry-app/src/s3/xml.ts'

/** One object, or the marker that says that it was deleted. */
export interface Version {
  readonly key: string
  /** Absent where the store knows no versions. */
  readonly versionId?: string | undefined
}

/** Where each takes a request of its own, so many are under way at once. */
const breadth = 16

/**
 * Deletes these for good, up to 1,000 by one request, or one by one where the store does not know DeleteObjects. What is gone already is no error.
 *
 * @throws S3Error that names one that could not be deleted; others may have been
 */
export async function deleteVersions(bucket: S3Bucket, versions: readonly Version[], { signal }: CallOptions): Promise<void> {
  const left = bucket.dialect.deleteMany ? await deleteTogether(bucket, versions, { signal }) : versions
  await inParallel(left, breadth, async ({ key, versionId }) => {
    const expects = (status: number, code: string | undefined) => status === 404 && code !== 'NoSuchBucket'
    await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, query: { versionId }, expects, signal })
  })
}

/** @returns those that have to be deleted one by one */
async function deleteTogether(bucket: S3Bucket, versions: readonly Version[], { signal }: CallOptions): Promise<readonly Version[]> {
  const objects = versions.map(({ key, versionId }) => {
    const version = versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`
    return `<Object><Key>${escapeXml(key)}</Key>${version}</Object>`
  })
  const body = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects.join('')}</Delete>`)
  const call = {
    operation: 'DeleteObjects',
    method: 'POST',
    query: { delete: '' },
    headers: { 'content-type': 'application/xml', 'content-md5': hash('md5', body, 'base64') },
    body: [body],
    // Whatever it has against the request as such, it may still take them one by one, or then says why not.
    expects: (status: number, code: string | undefined) => (status === 501 || (status >= 400 && status < 500)) && code !== 'NoSuchBucket',
    signal,
  } as const
  const answer = await bucket.send(call)
  if (answer.status >= 300) {
    bucket.dialect.deleteMany = false
    return versions
  }
  return childrenOf(answerElement(bucket, call, answer), 'Error').flatMap(error => {
    const [key, versionId] = [textOf(error, 'Key'), textOf(error, 'VersionId')]
    return key === undefined ? [] : [{ key, versionId: versionId || undefined }]
  })
}
