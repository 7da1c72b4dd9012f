import type { CdktfEnvironment } from '../environment/environment.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

/** The variable `replicas`; the environment's file gives its default. */
export function replicasParameter(stack: TerraformStack, { host, storage }: CdktfEnvironment): TerraformVariable {
  const replicas = new TerraformVariable(stack, 'replicas', {
    type: 'number',
    default: host.swarm?.replicas ?? 1,
    nullable: false,
    description: 'How many of the registry run; more than one needs a Swarm, and the images in a bucket.',
  })
  const many = host.swarm !== undefined && storage.driver === 's3'
  const is = `${replicas.fqn} == floor(${replicas.fqn})`
  replicas.addValidation(
    many
      ? { condition: `\${${replicas.fqn} >= 1 && ${is}}`, errorMessage: 'replicas must be a whole number from 1.' }
      : {
          condition: `\${${replicas.fqn} == 1}`,
          errorMessage: 'replicas must be 1: more of them need host.swarm, and storage.driver: s3.',
        },
  )
  return replicas
}
