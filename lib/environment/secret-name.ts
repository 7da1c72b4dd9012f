import { z } from 'zod'
import { secretArn } from './aws/arn.ts'
import { text } from './values.ts'

const anArn = secretArn()
const error = 'must be the ARN of a secret, such as arn:aws:secretsmanager:…:secret:name-AbCdEf'
const isToken = /^\$\{Token\[[^\s\]]+\]\}$/

/** What is said where the secret itself stands in the file. */
export const byName = 'must be a section such as {secret: NAME}: a secret has no place in this file'

/** By what a secret of the registry is named in an environment's file, whichever engine deploys it. */
export const secretNames = {
  /** Part of the names of a variable of Terraform and of a file, and in a Swarm of one that has 64 signs at most. */
  cdktf: text('a name of at most 24 lowercase letters, digits and _, a letter first', /^[a-z][a-z0-9_]{0,23}$/),
  /** In an app of CDK it may be known only when it is deployed, and is a token until then. */
  cdk: z.string({ error }).refine(written => isToken.test(written) || anArn.safeParse(written).success, { error }),
} as const satisfies Readonly<Record<string, z.ZodType<string>>>

/** The name that stands in place of a secret, `{secret: NAME}`; nothing, if the value is anything else. */
export function secretName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const [entry, ...others] = Object.entries(value)
  return entry?.[0] === 'secret' && typeof entry[1] === 'string' && others.length === 0 ? entry[1] : undefined
}
