import { z } from 'zod'
import { imageReference } from '../image-schema.ts'
import { secretArn } from './arn.ts'

/** What the registry runs from, where no image is built. */
export const awsImage = z
  .strictObject({
    reference: imageReference.meta({
      description:
        'An image that is there already, and needs no Docker to deploy. Absent: one is built from `registry-app` and published to the account.',
    }),
    secret: secretArn()
      .optional()
      .meta({ description: 'Who pulls it, where its registry asks: a secret in Secrets Manager with `username` and `password`, as JSON.' }),
  })
  .optional()
