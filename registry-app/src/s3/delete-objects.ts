import { inParallel } from '../concurrency/in-parallel.ts'
import { answerElement } from './answer-element.ts'
import type { CallOptions, S3Bucket } from './bucket.ts'
import { deleteObject } from './delete-object.ts'
import { deleteObjectsCall, mostNamed } from './delete-objects-call.ts'
import { childrenOf, textOf } from './xml.ts'

/** Where each key takes a request of its own, so many are under way at once. */
const breadth = 16

/**
 * Deletes objects, up to 1,000 a request, or one by one where the store does not know DeleteObjects; that is found out once.
 * One that is not there is no error.
 *
 * @throws S3Error that names a key that could not be deleted; others may have been
 */
export async function deleteObjects(bucket: S3Bucket, keys: readonly string[], options: CallOptions = {}): Promise<void> {
  for (let at = 0; at < keys.length; at += mostNamed) await deleteSome(bucket, keys.slice(at, at + mostNamed), options)
}

async function deleteSome(bucket: S3Bucket, keys: readonly string[], options: CallOptions): Promise<void> {
  const [only, ...more] = keys
  if (only === undefined) return
  if (more.length === 0) return deleteObject(bucket, only, options)
  if (bucket.dialect.deleteMany && (await deleteTogether(bucket, keys, options))) return
  await inParallel(keys, breadth, key => deleteObject(bucket, key, options))
  bucket.dialect.deleteMany = false
}

/** @returns whether the store knows how */
async function deleteTogether(bucket: S3Bucket, keys: readonly string[], { signal }: CallOptions): Promise<boolean> {
  const call = deleteObjectsCall(
    keys.map(key => ({ key })),
    { expects: isUnknown, signal },
  )
  const answer = await bucket.send(call)
  if (answer.status >= 300) return false

  // What it could not delete is tried once more by itself, with retries of its own; that error then says why.
  const failed = childrenOf(answerElement(bucket, call, answer), 'Error').flatMap(error => textOf(error, 'Key') ?? [])
  await inParallel(failed, breadth, key => deleteObject(bucket, key, { signal }))
  return true
}

/** The ways in which stores say that they do not know the operation: it is new to them, or a `POST` without a form is. */
export function isUnknown(status: number, code: string | undefined): boolean {
  const codes = ['NotImplemented', 'MethodNotAllowed', 'MalformedXML', 'MalformedPOSTRequest', 'InvalidRequest', 'UnsupportedOperation']
  return status === 501 || status === 405 || (status >= 400 && status < 500 && code !== undefined && codes.includes(code))
}
