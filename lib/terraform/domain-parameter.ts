import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

/** The variable `domain`; the environment's file gives its default. */
export function domainParameter(stack: TerraformStack, environment: CdktfEnvironment): TerraformVariable {
  const { certificate } = reach(environment)
  const domain = new TerraformVariable(stack, 'domain', {
    type: 'string',
    default: environment.domain ?? (certificate.by === 'none' ? '' : 'localhost'),
    nullable: false,
    description: 'The name by which clients reach the registry.',
  })
  domain.addValidation(
    certificate.by === 'none'
      ? { condition: `\${${domain.fqn} == ""}`, errorMessage: 'domain has no use without a certificate: the file must name one.' }
      : {
          condition: `\${can(regex("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", ${domain.fqn}))}`,
          errorMessage: 'domain must be a DNS name in lowercase letters.',
        },
  )
  const { dns } = environment
  if (dns && 'zone' in dns) {
    const { zone } = dns
    domain.addValidation({
      condition: `\${${domain.fqn} == ${JSON.stringify(zone)} || endswith(${domain.fqn}, ${JSON.stringify(`.${zone}`)})}`,
      errorMessage: `domain must lie in the zone ${zone}, where its records are made.`,
    })
  }
  return domain
}
