import { z } from 'zod'
import { text } from './values.ts'

const user = text('a name of at most 64 letters, digits and . _ -', /^[\w.-]{1,64}$/)
  .default('docker')
  .meta({
    description: 'The first user. The password is made, or taken from the variable `registry_password`; `npm run kit -- user` adds others.',
  })

const password = z.strictObject({
  by: z.literal('password').meta({
    description:
      'Serves those who have a name and a password. What there is, without `auth`, wherever others than this machine reach the registry.',
  }),
  user,
})

const tokens = z.strictObject({
  by: z.literal('tokens').meta({
    description:
      'The same users, by tokens that the registry issues itself (`auth.local` of its configuration): with it, docker can pull without a password where rules allow that (`registry: {access: …}`).',
  }),
  user,
})

const none = z.strictObject({
  by: z.literal('none').meta({
    description:
      'Serves everybody who reaches it. What there is, without `auth`, where only this machine does. With `registry: {auth: {token: …}}` beside it: whoever brings a token of the token server named there.',
  }),
})

/** Who is served. */
export const auth = z
  .discriminatedUnion('by', [password, tokens, none], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be one of password, tokens, none' : 'must be a section such as {by: password}'),
  })
  .optional()
