import { abortMultipartUpload } from '../s3/abort-multipart-upload.ts'
import type { S3Bucket } from '../s3/bucket.ts'
import { deleteObject } from '../s3/delete-object.ts'
import { headObject } from '../s3/head-object.ts'
import { listObjects } from '../s3/list-objects.ts'
import { deleteVersions } from './delete-versions.ts'
import { bad, type Finding, good, lacking } from './probe.ts'
import type { Traces } from './traces.ts'

/** It also comes after an interruption: a fresh signal, and not for ever. */
const patience = 60_000

/**
 * Takes away everything that the doctor stored: what it noted down, since not every store lists, and what lies below its prefix.
 *
 * @param versioned old versions are kept where objects are deleted, so those go by name
 */
export async function cleanUp(bucket: S3Bucket, { prefix, keys, uploads }: Traces, versioned: boolean): Promise<Finding> {
  const signal = AbortSignal.timeout(patience)
  const left: string[] = []
  for (const { key, uploadId } of uploads) {
    await attempt(left, `the upload in parts of ${key}`, () => abortMultipartUpload(bucket, key, uploadId, { signal }))
  }
  for (const key of new Set([...keys, ...(await listed(bucket, prefix, signal))])) {
    await attempt(left, key, async () => {
      await deleteObject(bucket, key, { signal })
      if ((await headObject(bucket, key, { signal })) !== undefined) left.push(key)
    })
  }
  const versions: string[] = []
  if (versioned) await attempt(versions, `versions below ${prefix}`, () => deleteVersions(bucket, prefix, signal))
  if (left.length > 0) return bad(`could not be taken away: ${[...left, ...versions].join(', ')}`)
  // Many a registry's keys may not: then nobody can take away by them what undoes a mistake.
  if (versions.length > 0) return lacking(`a lifecycle rule has to take what cannot be taken away: ${versions.join(', ')}`)
  return good(`nothing is left below ${prefix}`)
}

/** The next ones are tried whatever became of this one. */
async function attempt(left: string[], what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    left.push(`${what} (${cause instanceof Error ? cause.message : cause})`)
  }
}

/** Where it does not list, what was noted down has to do. */
async function listed(bucket: S3Bucket, prefix: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = []
  try {
    for await (const { objects } of listObjects(bucket, prefix, { signal })) found.push(...objects.map(({ key }) => key))
  } catch {
    return found
  }
  return found
}
