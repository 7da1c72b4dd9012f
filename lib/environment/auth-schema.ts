import { z } from 'zod'
import { text } from './values.ts'

const password = z.strictObject({
  by: z.literal('password').meta({
    description:
      'Serves those who have a name and a password. What there is, without `auth`, wherever others than this machine reach the registry.',
  }),
  user: text('a name of at most 64 letters, digits and . _ -', /^[\w.-]{1,64}$/)
    .default('docker')
    .meta({
      description:
        'The first user. The password is made, or taken from the variable `registry_password`; `npm run kit -- user` adds others.',
    }),
})

const none = z.strictObject({
  by: z
    .literal('none')
    .meta({ description: 'Serves everybody who reaches it. What there is, without `auth`, where only this machine does.' }),
})

/** Who is served. */
export const auth = z
  .discriminatedUnion('by', [password, none], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be one of password, none' : 'must be a section such as {by: password}'),
  })
  .optional()
