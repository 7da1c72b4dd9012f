import { inParallel } from '../concurrency/in-parallel.ts'
import { answerElement } from './answer-element.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { isUnknown } from './delete-objects.ts'
import { deleteObjectsCall, mostNamed } from './delete-objects-call.ts'
import { childrenOf, textOf } from './xml.ts'

/** Where each key takes a request of its own, so many are under way at once. */
const breadth = 16

export interface DeleteUntilOptions extends CallOptions {
  /** Seconds since 1970, by the store's clock: after that the store itself refuses to delete, however late it gets to see the request. */
  until: number
}

/**
 * Deletes objects by requests whose signature expires. An expired one is answered by 200 with an error for each key, or by 403; each key's result is read, and
 * nothing is ever signed again for later.
 *
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters" and "DeleteObjects".
 *
 * @returns the keys of which the store said that they are gone. Others may be too.
 */
export async function deleteUntil(bucket: S3Bucket, keys: readonly string[], options: DeleteUntilOptions): Promise<Set<string>> {
  const gone = new Set<string>()
  for (let at = 0; at < keys.length; at += mostNamed) {
    for (const key of await deleteSome(bucket, keys.slice(at, at + mostNamed), options)) gone.add(key)
  }
  return gone
}

async function deleteSome(bucket: S3Bucket, keys: readonly string[], options: DeleteUntilOptions): Promise<string[]> {
  const together = bucket.dialect.deleteMany ? await deleteTogether(bucket, keys, options) : undefined
  if (together) return together
  const gone = await inParallel(keys, breadth, async key => ((await deleteOne(bucket, key, options)) ? [key] : []))
  bucket.dialect.deleteMany = false
  return gone.flat()
}

/** @returns `undefined` if the store does not know how */
async function deleteTogether(bucket: S3Bucket, keys: readonly string[], { until, signal }: DeleteUntilOptions) {
  const named = keys.map(key => ({ key }))
  const expects = (status: number, code: string | undefined) => status === 403 || isUnknown(status, code)
  const call = deleteObjectsCall(named, { quiet: false, expects, until, signal })
  const answer = await bucket.send(call)
  if (answer.status === 403) return []
  if (answer.status >= 300) return undefined
  return childrenOf(answerElement(bucket, call, answer), 'Deleted').flatMap(each => textOf(each, 'Key') ?? [])
}

async function deleteOne(bucket: S3Bucket, key: string, { until, signal }: DeleteUntilOptions): Promise<boolean> {
  const expects = (status: number) => status === 403 || status === 404
  const { status } = await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key, until, expects, signal })
  return status !== 403
}
