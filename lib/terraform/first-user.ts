import { type Reach, wayOf } from '../environment/reach.ts'
import type { RegistrySecret } from './host/registry-secret.ts'
import { Fn, Password, RandomProvider, TerraformOutput, type TerraformRemoteState, type TerraformStack, TerraformVariable } from './tf.ts'

/**
 * The first user's password, in the data stack: it is the same when the registry is destroyed and deployed again.
 *
 * It is made once, unless the variable `registry_password` gives another. Either is kept in the stack's state.
 */
export function makePassword(stack: TerraformStack): void {
  new RandomProvider(stack, 'random')
  const made = new Password(stack, 'first_user', { length: 32, special: false })
  made.overrideLogicalId('first_user')
  const given = new TerraformVariable(stack, 'registry_password', {
    type: 'string',
    default: '',
    nullable: false,
    sensitive: true,
    description: "The first user's password, of 8 characters at least; empty: one that is made. Kept in the stack's state.",
  })
  given.addValidation({
    condition: `\${${given.fqn} == "" || length(${given.fqn}) >= 8}`,
    errorMessage: 'registry_password must have 8 characters at least.',
  })
  new TerraformOutput(stack, 'password', {
    value: `\${${given.fqn} == "" ? ${made.fqn}.result : ${given.fqn}}`,
    description: "The first user's password.",
    sensitive: true,
  })
}

export interface FirstUser {
  readonly variables: readonly string[]
  readonly secrets: readonly RegistrySecret[]
}

/** The same user, for the registry. */
export function firstUser(auth: Exclude<Reach['auth'], { by: 'none' }>, data: TerraformRemoteState): FirstUser {
  const section = `REGISTRY_AUTH_${wayOf(auth)?.toUpperCase()}`
  return {
    variables: [`${section}_USERNAME=${auth.user}`],
    secrets: [{ file: 'password', variable: `${section}_PASSWORD`, value: Fn.sensitive(data.getString('password')) }],
  }
}
