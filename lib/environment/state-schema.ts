import { z } from 'zod'
import { text } from './values.ts'

const local = z.strictObject({
  backend: z.literal('local').meta({ description: "Terraform's state is kept in files in the working directory." }),
})

const s3 = z.strictObject({
  backend: z.literal('s3').meta({
    description:
      "Terraform's state is kept in a bucket that is there already; Terraform signs with version 4 alone. The keys come from where the AWS SDK looks.",
  }),
  bucket: text("a bucket's name of 3 to 63 lowercase letters, digits, dots and dashes", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).meta({
    description: 'The bucket for the state: another one than that of the images.',
  }),
  region: text('a region such as eu-west-1', /^[\w-]+$/).meta({ description: 'The region that signatures name.' }),
  prefix: text('a folder such as terraform/states', /^[\w.-]+(\/[\w.-]+)*$/)
    .default('bucket-registry')
    .meta({ description: 'The folder in the bucket; each stack has an object in it.' }),
  endpoint: text('https://host, or http://host:port', /^https?:\/\/[^\s/?#@]+\/?$/)
    .optional()
    .meta({ description: "The address of a store's S3 API, asked by path. Absent: Amazon S3." }),
  lock: z
    .boolean({ error: 'must be true or false' })
    .default(true)
    .meta({ description: 'Whether a lock object keeps two deployments apart. The store must know conditional writes (`If-None-Match`).' }),
})

export const state = z
  .discriminatedUnion('backend', [local, s3], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be one of local, s3' : 'must be a section such as {backend: local}'),
  })
  .default({ backend: 'local' })
