import { createHash } from 'node:crypto'
import type { S3Bucket } from '../../../../registry-app/src/s3/bucket.ts'
import { listObjects } from '../../../../registry-app/src/s3/list-objects.ts'
import { presign } from '../../../../registry-app/src/s3/presign.ts'

export interface Stored {
  type: string | null
  /** As text, where it is short; else its digest. */
  content: string
}

/** All keys of a bucket, in order. */
export async function storedKeys(bucket: S3Bucket, prefix = ''): Promise<string[]> {
  const keys: string[] = []
  for await (const { objects } of listObjects(bucket, prefix)) keys.push(...objects.map(({ key }) => key))
  return keys
}

/** What lies in a bucket, as the store itself gives it. */
export async function storedObjects(bucket: S3Bucket): Promise<Record<string, Stored>> {
  const stored: Record<string, Stored> = {}
  for (const key of await storedKeys(bucket)) {
    const answer = await fetch(await presign(bucket, 'GET', key, 60))
    const bytes = Buffer.from(await answer.arrayBuffer())
    const content = bytes.length <= 200 ? bytes.toString('latin1') : createHash('sha256').update(bytes).digest('hex')
    stored[key] = { type: answer.headers.get('content-type'), content }
  }
  return stored
}
