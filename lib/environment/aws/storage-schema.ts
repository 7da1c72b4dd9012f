import { z } from 'zod'
import { bucketOfAnyStore } from '../storage-schema.ts'
import { choice, whole } from '../values.ts'
import { arn, secretArn } from './arn.ts'

const flag = z.boolean({ error: 'must be true or false' })

/** In a bucket: one on Amazon S3, which the data stack can make, or one that is there, at whatever store. */
export const bucketBehindAws = bucketOfAnyStore.extend({
  provider: bucketOfAnyStore.shape.provider.meta({
    description: 'Whose store it is ([providers](providers.md)). Absent: `aws`, unless `endpoint` says where else.',
  }),
  region: bucketOfAnyStore.shape.region.meta({
    description: "The region that signatures name. Absent: `host.region` on Amazon S3, else the provider's only one.",
  }),
  onDestroy: choice('retain', 'empty').default('retain').meta({
    description:
      'What destroying the data stack does to a bucket that it made: leaves it where it is; or deletes it, once `kit empty` has deleted what is in it.',
  }),
  keysSecret: secretArn().optional().meta({
    description:
      'The secret in Secrets Manager with the `accessKey` and `secretKey` of a store that is not Amazon’s, as JSON. On Amazon S3 the role of the host signs.',
  }),
  encryption: choice('s3', 'kms').default('s3').meta({
    description:
      'How the bucket is encrypted: with keys of S3 (free), or of KMS (each pull and push asks it, by a key for the whole bucket). One that is there stays as it is, and the registry may use its key.',
  }),
  kmsKey: arn('kms', 'a key', { pattern: /key\/[\w-]+/, example: ':key/…' })
    .optional()
    .meta({
      description:
        'The KMS key, and not an alias of it: a role is allowed keys. Absent: one is made; with `existing: true` it must be given. With `encryption: s3`, the key by which images of before are encrypted: who goes back from `kms` names it here, or they cannot be read.',
    }),
  undoDays: whole(0, 3650).default(0).meta({
    description:
      'For how many days what was deleted or overwritten can be brought back (the bucket keeps versions). 0: not at all, and nothing extra is paid.',
  }),
  tiering: choice('none', 'intelligent').default('none').meta({
    description:
      'Whether layers that nobody pulled for a month get cheaper by themselves (S3 Intelligent-Tiering; it costs 0.0025 USD a month for a thousand layers, and reading costs nothing extra).',
  }),
  replicateTo: arn('s3', 'a bucket', { pattern: /[a-z0-9.-]{3,63}/, example: '' })
    .optional()
    .meta({ description: 'A bucket that S3 copies every object to, in another region perhaps. It must exist and keep versions.' }),
  accessLogs: flag
    .default(false)
    .meta({ description: 'Whether S3 logs each request to the bucket, in a bucket for logs that the data stack makes.' }),
})
