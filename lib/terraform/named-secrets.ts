import type { CdktfEnvironment } from '../environment/environment.ts'
import { secretsFolder } from '../environment/reach-config.ts'
import { registrySecrets } from '../environment/registry-config.ts'
import type { RegistrySecret } from './host/registry-secret.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

export interface NamedSecrets {
  readonly variables: readonly string[]
  readonly secrets: readonly RegistrySecret[]
}

/** The secrets that the environment's file names, `{secret: NAME}`: a variable of Terraform each, and a file, which every key that names it reads. */
export function namedSecrets(stack: TerraformStack, environment: CdktfEnvironment): NamedSecrets {
  const named = registrySecrets(environment)
  const fileOf = (name: string) => `secret-${name.replaceAll('_', '-')}`
  return {
    variables: named.map(({ name, variable }) => `${variable}_FILE=${secretsFolder}/${fileOf(name)}`),
    secrets: [...new Set(named.map(({ name }) => name))].map(name => {
      const given = new TerraformVariable(stack, `secret_${name}`, {
        type: 'string',
        nullable: false,
        sensitive: true,
        description: `The secret that the environment's file calls ${name}. Kept in the stack's state.`,
      })
      given.addValidation({ condition: `\${${given.fqn} != ""}`, errorMessage: `secret_${name} must not be empty.` })
      return { file: fileOf(name), value: given.stringValue }
    }),
  }
}
