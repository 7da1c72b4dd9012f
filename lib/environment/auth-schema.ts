import { z } from 'zod'
import { text } from './values.ts'

const none = z.strictObject({
  by: z.literal('none').meta({
    description:
      'Serves everybody who reaches it. What there is, without `auth`, where only this machine does. With `registry: {auth: {token: …}}` beside it: whoever brings a token of the token server named there.',
  }),
})

/** Who is served; of the first user's password, where it comes from. */
const authWith = (password: string) => {
  const user = text('a name of at most 64 letters, digits and . _ -', /^[\w.-]{1,64}$/)
    .default('docker')
    .meta({ description: `The first user. ${password}; \`npm run kit -- user\` adds others.` })
  const byPassword = z.strictObject({
    by: z.literal('password').meta({
      description:
        'Serves those who have a name and a password. What there is, without `auth`, wherever others than this machine reach the registry.',
    }),
    user,
  })
  const byTokens = z.strictObject({
    by: z.literal('tokens').meta({
      description:
        'The same users, by tokens that the registry issues itself (`auth.local` of its configuration): with it, docker can pull without a password where rules allow that (`registry: {access: …}`).',
    }),
    user,
  })
  return z
    .discriminatedUnion('by', [byPassword, byTokens, none], {
      error: ({ code }) =>
        code === 'invalid_union' ? 'must be one of password, tokens, none' : 'must be a section such as {by: password}',
    })
    .optional()
}

export const auth = authWith('The password is made, or taken from the variable `registry_password`')
export const awsAuth = authWith('The password is made by Secrets Manager')
