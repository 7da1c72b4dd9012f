import type { S3Bucket } from '../s3/bucket.ts'
import type { Facts } from './facts.ts'
import type { Target } from './target.ts'
import { defaultAddressing, type Way } from './way.ts'
import type { Web } from './web.ts'

/** A store while it is examined: what the probes speak to it through, and what they leave in it. */
export interface Patient {
  readonly target: Target
  /** What earlier probes found. */
  readonly facts: Facts
  /** The endpoint, without the bucket. */
  readonly origin: URL
  /** For requests that no client of S3 would send. */
  readonly web: Web
  readonly now: () => Date
  readonly signal: AbortSignal

  /** The bucket, spoken to in the best way that was found, or in that of one's own. */
  bucket(way?: Partial<Way>): Promise<S3Bucket>

  /** Everything that the doctor stores lies below it. */
  readonly prefix: string

  /** A key of the doctor's own, which is taken away at the end. */
  key(name: string): string

  /** An upload in parts that is to be aborted at the end. */
  remember(upload: Upload): void
}

export interface Upload {
  readonly key: string
  readonly uploadId: string
}

/** The way that the registry should take, as far as it is known by now: what is configured, unless the store refuses it. */
export function bestWay({ target, facts }: Pick<Patient, 'target' | 'facts'>): Way {
  return {
    signing: best(target.signing, facts.signing) ?? 'v4',
    addressing: best(target.addressing, facts.addressing) ?? defaultAddressing(target),
    region: facts.region ?? target.region,
    contentMd5: facts.contentMd5 ?? target.contentMd5 ?? false,
  }
}

function best<Value>(configured: Value | undefined, taken: readonly Value[] | undefined): Value | undefined {
  if (taken === undefined) return configured
  return configured !== undefined && taken.includes(configured) ? configured : taken[0]
}
