import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { text } from './kinds.ts'

export const policy = section({
  repository: section({
    classes: key(
      z.prefault(z.array(text()), []),
      'In Distribution: the classes of content that are let in, such as `image`. Accepted, not enforced.',
    ),
  }),
})
