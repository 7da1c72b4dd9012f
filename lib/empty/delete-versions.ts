import { inParallel } from '../../registry-app/src/concurrency/in-parallel.ts'
import { answerElement } from '../../registry-app/src/s3/answer-element.ts'
import type { CallOptions, S3Bucket } from '../../registry-app/src/s3/bucket.ts'
import { deleteObjectsCall, type Named } from '../../registry-app/src/s3/delete-objects-call.ts'
import { childrenOf, textOf } from '../../registry-app/src/s3/xml.ts'

/** Where each takes a request of its own, so many are under way at once. */
const breadth = 16

/**
 * Deletes these for good, up to 1,000 by one request, or one by one where the store does not know DeleteObjects. What is gone already is no error.
 *
 * @throws S3Error that names one that could not be deleted; others may have been
 */
export async function deleteVersions(bucket: S3Bucket, versions: readonly Named[], { signal }: CallOptions): Promise<void> {
  const left = bucket.dialect.deleteMany ? await deleteTogether(bucket, versions, { signal }) : versions
  await inParallel(left, breadth, async ({ key, versionId }) => {
    const expects = (status: number, code: string | undefined) => status === 404 && code !== 'NoSuchBucket'
    await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, query: { versionId }, expects, signal })
  })
}

/** @returns those that have to be deleted one by one */
async function deleteTogether(bucket: S3Bucket, versions: readonly Named[], { signal }: CallOptions): Promise<readonly Named[]> {
  // Whatever it has against the request as such, it may still take them one by one, or then says why not.
  const expects = (status: number, code: string | undefined) =>
    (status === 501 || (status >= 400 && status < 500)) && code !== 'NoSuchBucket'
  const call = deleteObjectsCall(versions, { expects, signal })
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
