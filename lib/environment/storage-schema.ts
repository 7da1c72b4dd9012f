import { z } from 'zod'
import { providers } from './providers/index.ts'
import { authority, choice, text } from './values.ts'

const onDestroy = choice('retain', 'delete').default('retain').meta({
  description: 'What destroying the data stack does to the images: keeps them, or deletes them with the volume.',
})

const filesystem = z.literal('filesystem').meta({ description: 'Images are kept on a volume of the host.' })

/** On a volume of the Docker engine. */
export const dockerVolume = z.strictObject({ driver: filesystem, onDestroy })

const names = providers.map(({ name }) => name) as [string, ...string[]]

/** In a bucket of any S3 store. What is absent here, the provider's preset says. */
export const bucketOfAnyStore = z.strictObject({
  driver: z.literal('s3').meta({ description: 'Images are kept in a bucket of an S3 store.' }),
  provider: choice(...names)
    .optional()
    .meta({
      description: 'Whose store it is, where that is known here ([providers](providers.md)): the rest follows from it, and can be changed.',
    }),
  account: text("the part of the provider's endpoint that is yours", /^[\w.-]+$/)
    .optional()
    .meta({ description: "What the provider's endpoint contains, such as Cloudflare's account id." }),
  endpoint: text('https://host, or http://host:port', /^https?:\/\/[^\s/?#@]+\/?$/)
    .optional()
    .meta({ description: "The address of the store's S3 API. Absent: the provider's for the region." }),
  authority: authority.optional().meta({
    description: 'The root of an authority of your own that has signed the certificate of the store: its text, in PEM.',
  }),
  region: text('a region such as eu-west-1', /^[\w-]+$/)
    .optional()
    .meta({ description: "The region that signatures name. Absent: the provider's only one." }),
  signingVersion: choice('v2', 'v4').optional().meta({ description: "The version of the signatures. Absent: the provider's, else v4." }),
  addressing: choice('path', 'virtual').optional().meta({
    description: "Whether the bucket's name stands in the path, or in the host's name. Absent: the provider's, else in the path.",
  }),
  contentMd5: z.boolean({ error: 'must be true or false' }).optional().meta({
    description:
      'Whether `Content-MD5` is sent with all that is uploaded: buckets whose objects are locked by default (Object Lock) demand it.',
  }),
  bucket: text("a bucket's name of 3 to 63 lowercase letters, digits, dots and dashes", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).meta({
    description: 'The bucket. The data stack makes it, unless `existing` says that it is there.',
  }),
  existing: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .meta({ description: 'Whether the bucket is there already. Then nothing here makes it, changes it or destroys it.' }),
  onDestroy: choice('retain', 'empty').default('retain').meta({
    description:
      'What destroying the data stack does to a bucket that it made: refuses it; or deletes the bucket, once `kit empty` has deleted what is in it.',
  }),
  prefix: text('a folder such as registry/images', /^[\w.-]+(\/[\w.-]+)*\/?$/)
    .optional()
    .meta({ description: 'What all keys begin with, where the bucket holds other things as well.' }),
  redirect: choice('auto', 'always', 'never').optional().meta({
    description: 'Whether clients are sent to the store for blobs. Absent: `auto`, where that works; never, where the provider cannot.',
  }),
})

/** Said where nothing tells which it is. */
export const storageExample = 'must be a section such as {driver: filesystem}'
