import { z } from 'zod'
import { auth, awsAuth } from './auth-schema.ts'
import { awsCertificate } from './aws/certificate-schema.ts'
import { awsDns } from './aws/dns-schema.ts'
import { awsHost } from './aws/host-schema.ts'
import { awsImage } from './aws/image-schema.ts'
import { monitoring } from './aws/monitoring-schema.ts'
import { network } from './aws/network-schema.ts'
import { bucketBehindAws } from './aws/storage-schema.ts'
import { awsCache, cache } from './cache-schema.ts'
import { certificate } from './certificate-schema.ts'
import { collection } from './collection-schema.ts'
import { dns } from './dns-schema.ts'
import { dockerHost } from './docker-host-schema.ts'
import { domain } from './domain-schema.ts'
import { image } from './image-schema.ts'
import { awsStandby, standby } from './standby-schema.ts'
import { state } from './state-schema.ts'
import { bucketOfAnyStore, dockerVolume, storageExample } from './storage-schema.ts'
import { text } from './values.ts'

/**
 * An environment file. Both engines share its sections; what a section may hold can depend on the engine.
 *
 * A key stands here once it works, and not before.
 */

const common = {
  collection,
  labels: z
    .record(
      text('a name of at most 128 letters, digits and . _ - / : @ = +', /^(?!aws:)[\w.\-/:@=+]{1,128}$/),
      text(
        'text of at most 256 letters, digits, spaces and . _ - / : @ = +; quotes make a number text',
        /^[\p{L}\p{N} .\-_/:@=+]{0,256}$/u,
      ),
      { error: 'must be a section of names and values' },
    )
    .default({})
    .meta({ description: 'Docker labels or AWS tags for everything that is made.' }),
  registry: z
    .record(z.string(), z.unknown(), { error: "must be a section with the registry's own configuration, such as log" })
    .default({})
    .meta({ description: "Any key of the registry's config.yml (docs/configuration.md), over what the kit writes there." }),
}

export const cdktfEnvironment = z.strictObject({
  engine: z.literal('cdktf').meta({ description: 'Deployed by CDK for Terraform, to a Docker engine.' }),
  storage: z.discriminatedUnion('driver', [dockerVolume, bucketOfAnyStore], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be one of filesystem, s3' : storageExample),
  }),
  host: dockerHost.prefault({}),
  domain,
  dns,
  certificate,
  auth,
  cache,
  image,
  standby,
  state,
  ...common,
})

export const cdkEnvironment = z.strictObject({
  engine: z.literal('cdk').meta({ description: 'Deployed by AWS CDK, to AWS.' }),
  storage: z.discriminatedUnion('driver', [bucketBehindAws], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be s3' : 'must be a section such as {driver: s3, bucket: example-images}'),
  }),
  host: awsHost,
  network: network.prefault({}),
  domain,
  dns: awsDns,
  certificate: awsCertificate,
  auth: awsAuth,
  cache: awsCache,
  image: awsImage,
  standby: awsStandby,
  monitoring: monitoring.prefault({}),
  permissionsBoundary: text('the name of a policy, or its ARN', /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/)?[\w+=,.@/-]{1,512}$/)
    .optional()
    .meta({ description: 'The policy that bounds every role that is made.' }),
  ...common,
})

export const engines = { cdk: cdkEnvironment, cdktf: cdktfEnvironment } as const

export type Engine = keyof typeof engines
