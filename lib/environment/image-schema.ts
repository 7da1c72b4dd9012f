import { z } from 'zod'
import { text } from './values.ts'

export const imageReference = text(
  'an image such as ghcr.io/you/bucket-registry:1.0.0, by a tag or a digest',
  /^[a-z0-9][\w.-]*(:\d+)?(\/[a-z0-9][\w.-]*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
)

/** What the registry runs from, where the engine does not build it. */
export const image = z
  .strictObject({
    reference: imageReference.meta({
      description: 'An image that is there already. Absent: the Docker engine builds one from `registry-app`.',
    }),
    username: text('a name', /^\S+$/)
      .optional()
      .meta({ description: 'Who pulls it, where its registry asks. The password is the variable `image_password`.' }),
  })
  .optional()
