import { z } from 'zod'
import { auth } from './auth-schema.ts'
import { certificate } from './certificate-schema.ts'
import { dns } from './dns-schema.ts'
import { dockerHost } from './docker-host-schema.ts'
import { domain } from './domain-schema.ts'
import { image } from './image-schema.ts'
import { isPrivateRange } from './private-range.ts'
import { state } from './state-schema.ts'
import { bucketOfAnyStore, dockerVolume, ebsVolume, storageExample } from './storage-schema.ts'
import { text } from './values.ts'

/**
 * An environment file. Both engines share its sections; what a section may hold can depend on the engine.
 *
 * A key stands here once it works, and not before.
 */

const instanceHost = z.strictObject({
  instanceType: text('an instance type such as t4g.small', /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/)
    .default('t4g.small')
    .meta({ description: 'The EC2 instance type, ARM or x86, of the Nitro generations (all since 2018).' }),
  admit: z
    .array(z.string({ error: ranges }).refine(isPrivateRange, { error: ranges }), {
      error: 'must be a list of private address ranges, such as [10.0.0.0/16]',
    })
    .default([])
    .meta({
      description:
        'Who may connect to port 5000 from within the network. Empty: nobody, the registry is reached through Session Manager. Only private ranges: there is no certificate yet.',
    }),
  region: text('an AWS region such as ap-northeast-1', /^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional()
    .meta({ description: "Deploys to this region only. Absent: the one of the command line's profile." }),
  account: text("an AWS account's twelve digits, in quotes", /^\d{12}$/)
    .optional()
    .meta({ description: "Deploys to this account only. Absent: the one of the command line's profile." }),
})

function ranges(): string {
  return 'must be a private IPv4 range such as 10.0.0.0/16: what comes from elsewhere needs a certificate, which this version has not'
}

const common = {
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
  image,
  state,
  ...common,
})

export const cdkEnvironment = z.strictObject({
  engine: z.literal('cdk').meta({ description: 'Deployed by AWS CDK, to an EC2 instance.' }),
  storage: z.discriminatedUnion('driver', [ebsVolume], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be filesystem' : storageExample),
  }),
  host: instanceHost.prefault({}),
  ...common,
})

export const engines = { cdk: cdkEnvironment, cdktf: cdktfEnvironment } as const

export type Engine = keyof typeof engines
