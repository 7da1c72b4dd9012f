import { Token } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../environment/environment.ts'
import { parseEnvironment } from '../environment/load-environment.ts'
import type { RegistryProps } from './registry.ts'

/** An environment whose host is a service on Fargate. */
export type FargateEnvironment = CdkEnvironment & { readonly host: Extract<CdkEnvironment['host'], { kind: 'fargate' }> }

/**
 * The environment that the props of a construct come to: the same defaults as in a file, and the same rules.
 *
 * What may be a token (bucket, region, certificate) is put in its place later, and stands here as something that passes.
 *
 * @throws EnvironmentError with everything that is wrong
 */
export function environmentOf(props: RegistryProps, region: string): FargateEnvironment {
  const { domainName, prefix, internal = false, admit, userName = 'docker', architecture, memoryMiB, config = {}, logDays } = props
  const { cpu, minTasks, maxTasks, targetCpuPercent, requestsPerTask, waf, vpc, standby } = props
  // Those secrets are things of the CDK by then, and named where the host is made.
  const { secret: _, sourceSecret: __, ...followed } = standby ?? {}
  const text = JSON.stringify({
    engine: 'cdk',
    domain: domainName,
    storage: { driver: 's3', bucket: 'images', existing: true, prefix },
    host: {
      ...{ kind: 'fargate', region: Token.isUnresolved(region) ? 'us-east-1' : region },
      ...{ architecture, memoryMiB, cpu, minTasks, maxTasks, targetCpuPercent, requestsPerTask, waf },
    },
    // Whether there is a way out of a network that was given is its own affair.
    network: { private: internal, admit, natGateways: internal && vpc !== undefined ? 1 : undefined },
    certificate: { by: 'import', arn: 'arn:aws:acm:us-east-1:111122223333:certificate/given' },
    auth: { by: 'password', user: userName },
    monitoring: { logDays },
    standby: standby && followed,
    registry: config,
  })
  const environment = parseEnvironment('registry.yml', text)
  if (!isFargate(environment)) throw new TypeError('the host is on Fargate')
  return environment
}

const isFargate = (environment: ReturnType<typeof parseEnvironment>): environment is FargateEnvironment =>
  environment.engine === 'cdk' && environment.host.kind === 'fargate'
