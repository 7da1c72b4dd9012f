import { onTestFinished } from 'vitest'
import type { S3Bucket } from '../../../../registry-app/src/s3/bucket.ts'
import { staticCredentials } from '../../../../registry-app/src/s3/credentials.ts'
import { openBucket } from '../../../../registry-app/src/s3/open-bucket.ts'
import type { Exchange, S3Options } from '../../../../registry-app/src/s3/options.ts'
import { type Reply, type TrialStore, trialStore, trialTime } from './trial-store.ts'

export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

export interface Trial {
  bucket: S3Bucket
  store: TrialStore
  /** How long was waited before each retry, in milliseconds; no time has passed. */
  waits: number[]
  exchanges: Exchange[]
}

/** A bucket `images` on a store that answers as it is told. The jitter is always half. */
export async function trial(replies: readonly Reply[] = [], options: Partial<S3Options> = {}): Promise<Trial> {
  const store = await trialStore(...replies)
  const { bucket, waits, exchanges } = await trialBucket({ endpoint: store.endpoint, ...options })
  return { bucket, store, waits, exchanges }
}

export async function trialBucket(options: Partial<S3Options>) {
  const waits: number[] = []
  const exchanges: Exchange[] = []
  let passed = 0
  const bucket = await openBucket(
    {
      bucket: 'images',
      region: 'east-1',
      credentials: staticCredentials({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey }),
      observe: exchange => exchanges.push(exchange),
      ...options,
    },
    {
      now: () => new Date(trialTime.getTime() + passed),
      clock: () => passed,
      random: () => 0.5,
      sleep: async (milliseconds, signal) => {
        signal?.throwIfAborted()
        waits.push(milliseconds)
        passed += milliseconds
      },
    },
  )
  onTestFinished(() => bucket.close())
  return { bucket, waits, exchanges }
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => {
      throw new Error(`did not fail, but gave ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )
}

/** All of a body, as text. */
export async function textOfBody(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces = await Array.fromAsync(body, piece => Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

/** What must be there. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it is not there')
  return value
}
