import type { CredentialsProvider } from './credentials.ts'

export type SigningVersion = 'v2' | 'v4'
export type AddressingStyle = 'path' | 'virtual'

/** Where a bucket is, and how its store likes to be spoken to. */
export interface S3Options {
  bucket: string
  /** Part of version 4's signature; where there is no `endpoint`, also of the host's name. */
  region: string
  /** A store of one's own, `host`, `host:port` or a URL (`https://store.example/s3`). @default Amazon S3 in `region` */
  endpoint?: string | undefined
  /** Whether an `endpoint` without a scheme is spoken to by TLS. @default true */
  secure?: boolean | undefined
  /** `https://host/bucket/key` or `https://bucket.host/key`. @default path with an `endpoint`, virtual without one */
  addressing?: AddressingStyle | undefined
  /** Variants of Amazon's own endpoints. */
  amazon?: { dualstack?: boolean | undefined; fips?: boolean | undefined; accelerate?: boolean | undefined } | undefined

  credentials: CredentialsProvider
  /** `auto` asks the store at the first call. @default v4 */
  signing?: SigningVersion | 'auto' | undefined
  /** ListObjects' version; `auto` begins with 2. @default auto */
  listing?: 1 | 2 | 'auto' | undefined

  /** `x-amz-storage-class` of new objects. @default none: the store's own */
  storageClass?: string | undefined
  /** Encryption by the store: with its own key (SSE-S3), or with one of its key management service's (SSE-KMS). @default none asked for */
  encryption?: 'AES256' | { kmsKeyId: string } | undefined
  /** Canned ACL of new objects. @default none: many stores, and buckets on AWS, know no ACLs any more */
  acl?: string | undefined

  /** Sends the MD5 of all that is uploaded, for the store to check it by. @default false */
  contentMd5?: boolean | undefined

  /** @default bucket-registry */
  userAgent?: string | undefined
  /** Certificates in PEM that are trusted besides those that Node.js trusts. */
  ca?: string | undefined
  /** Believes every certificate. @default false */
  skipVerify?: boolean | undefined
  /** How many calls are under way at most, each on a connection of its own; further ones wait. @default 100 */
  connections?: number | undefined
  timeouts?: Partial<Timeouts> | undefined
  retries?: Partial<RetryLimits> | undefined
  /** Told of every HTTP request when it has ended. */
  observe?: ((exchange: Exchange) => void) | undefined
}

/** Milliseconds. */
export interface Timeouts {
  /** Until a connection stands, TLS included. @default 10,000 */
  connect: number
  /** From the last piece that the store took of the request to the first of its answer, where `RetryLimits.time` leaves as much. @default 30,000 */
  answer: number
  /** The same where the store works before it answers: copies, and the end of a multipart upload. @default 300,000 */
  slowAnswer: number
  /** Between two pieces of an answer's body, at most half of `RetryLimits.time`. @default 30,000 */
  stall: number
}

export interface RetryLimits {
  /** How often a call is made at most. @default 8 */
  attempts: number
  /**
   * For how long the store may leave a call without an answer, all attempts together, in milliseconds. The time in which it takes a body does not
   * count: a large part may go over a slow line. `slowAnswer` is beside it. @default 60,000
   */
  time: number
}

/** One HTTP request and its answer. */
export interface Exchange {
  operation: string
  /** Counts from 1; above it, the call is being made again. */
  attempt: number
  /** Absent if no answer came. */
  status: number | undefined
  durationMs: number
  /** Of bodies alone. */
  bytesSent: number
  bytesReceived: number
}

/** What the client takes from the world around it. */
export interface Surroundings {
  now: () => Date
  /** Milliseconds that never go back, to measure by. */
  clock: () => number
  /** From 0 up to, but not including, 1. */
  random: () => number
  /** @throws the signal's reason when it is aborted */
  sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}
