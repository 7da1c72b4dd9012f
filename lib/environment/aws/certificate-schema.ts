import { z } from 'zod'
import { letsencrypt } from '../certificate-schema.ts'
import { secretNames } from '../secret-name.ts'
import { arn } from './arn.ts'

const acm = z.strictObject({
  by: z.literal('acm').meta({
    description: 'AWS Certificate Manager, by records in `dns.zone`; it renews by itself. What `fargate` has without `certificate`.',
  }),
})

const imported = z.strictObject({
  by: z.literal('import').meta({ description: 'A certificate that is in AWS Certificate Manager already.' }),
  arn: arn('acm', 'a certificate').meta({ description: 'Its ARN, in the same region.' }),
})

const none = z.strictObject({
  by: z.literal('none').meta({
    description: 'Plain HTTP, for `instance` alone: reached through Session Manager at localhost, or from the ranges in `network.admit`.',
  }),
})

/** How clients know that it is the registry whom they talk to. */
export const awsCertificate = z
  .discriminatedUnion('by', [acm, imported, letsencrypt(secretNames.cdk, 'a secret in Secrets Manager whose text it is.'), none], {
    error: ({ code }) =>
      code === 'invalid_union' ? 'must be one of acm, import, letsencrypt, none' : 'must be a section such as {by: acm}',
  })
  .optional()
