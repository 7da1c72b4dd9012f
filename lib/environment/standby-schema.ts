import { z } from 'zod'
import { parseDuration } from '../../registry-app/src/config/duration.ts'
import { parseAddress } from '../copy/address.ts'
import { secretArn } from './aws/arn.ts'
import { authority, text, whole } from './values.ts'

const address = 'must be a registry such as standby.example.com, or a part of one such as standby.example.com/mirror/**'
const duration = 'must be a duration from a second, such as 30s or 5m'

const common = {
  target: z.string({ error: address }).refine(isTarget, { error: address }).meta({
    description:
      'The registry that is kept in step with this one: repositories have the same names there, or lie below a part of a name. With `http://` before it, it is reached by plain HTTP.',
  }),
  repositories: text('the beginning of names such as team/**, or a pattern of them', /^[a-z0-9*._/-]{1,255}$/)
    .refine(isPattern, { error: 'must be the beginning of names such as team/**, or a pattern of them' })
    .optional()
    .meta({ description: 'Which repositories. Absent: all.' }),
  interval: z
    .string({ error: duration })
    .refine(written => (parseDuration(written) ?? 0) >= 1000, { error: duration })
    .default('30s')
    .meta({ description: 'How often tags are compared. Each time costs a request for each tag of this registry.' }),
  delete: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .meta({ description: 'Whether tags that are here no more are deleted there.' }),
}

const name = text('a name', /^[^\s:]{1,256}$/)

/** Another registry that follows this one, beside the registry on a Docker engine. */
export const standby = z
  .strictObject({
    ...common,
    user: name.optional().meta({ description: 'Who signs in there. The password is the variable `standby_password`.' }),
    sourceUser: name.optional().meta({
      description:
        'Who signs in here, and may pull everything. The password is the variable `standby_source_password`. Absent: the first user, whose password is at hand.',
    }),
    authority: authority.optional().meta({
      description: 'Authorities to trust besides those that everybody trusts: their certificates, in PEM.',
    }),
    memoryMiB: whole(128, 1_048_576).default(256).meta({ description: 'How much memory the process that copies may take.' }),
  })
  .optional()

const secretOf = (where: string) => `Who signs in ${where}: a secret in Secrets Manager with \`username\` and \`password\`, as JSON.`

/** The same as a service on AWS. */
export const awsStandby = z
  .strictObject({
    ...common,
    secret: secretArn()
      .optional()
      .meta({ description: secretOf('there') }),
    sourceSecret: secretArn()
      .optional()
      .meta({ description: `${secretOf('here')} Absent: the first user.` }),
  })
  .optional()

function isPattern(written: string): boolean {
  try {
    const read = parseAddress(`any.example/${written}`)
    return read.kind === 'registry' && read.pattern !== undefined
  } catch {
    return false
  }
}

/** As `kit copy` reads it: a host, or all that lies below a part of a name. */
function isTarget(written: string): boolean {
  try {
    const read = parseAddress(written)
    return read.kind === 'registry' && read.repository === undefined && /^([^*]*\*\*)?$/.test(read.pattern?.text ?? '')
  } catch {
    return false
  }
}
