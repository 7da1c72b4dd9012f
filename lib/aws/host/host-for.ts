import type { Construct } from 'constructs'
import { keepsAddress } from '../../environment/aws/keeps-address.ts'
import { scheduleExpression } from '../../environment/aws/schedule-expression.ts'
import type { CdkEnvironment } from '../../environment/environment.ts'
import { reach } from '../../environment/reach.ts'
import { told } from '../data-parameters.ts'
import { FargateHost } from './fargate-host.ts'
import type { HostProps, RegistryHost, StandbyProcess } from './host.ts'
import { InstanceHost, type KeptAddress } from './instance-host.ts'

export interface HostForOptions {
  /** The load balancer's certificate, of AWS Certificate Manager. */
  readonly certificateArn: string | undefined
  readonly standby: StandbyProcess | undefined
}

/** How an environment's host is made, by its kind. */
export function hostFor(
  stack: Construct,
  environment: CdkEnvironment,
  { certificateArn, standby }: HostForOptions,
): (scope: Construct, props: HostProps) => RegistryHost {
  const { name, host, domain, collection } = environment
  switch (host.kind) {
    case 'fargate': {
      // The loader has seen to both.
      if (certificateArn === undefined || domain === undefined) throw new TypeError(`${name}: fargate needs a domain and a certificate`)
      const accessLogs = host.accessLogs ? told(stack, name, 'logs') : undefined
      const job = collection?.run === 'job' ? scheduleExpression(collection.schedule) : undefined
      const more = { domain, certificateArn, accessLogs, collection: job, standby }
      return (scope, props) => new FargateHost(scope, 'Host', { ...props, ...host, ...more })
    }
    case 'instance': {
      const { instanceType } = host
      const certificate = reach(environment).certificate.by === 'letsencrypt' ? 'letsencrypt' : 'none'
      const address = keepsAddress(environment) ? addressOf(stack, name) : undefined
      return (scope, props) => new InstanceHost(scope, 'Host', { ...props, instanceType, certificate, ...(address ? { address } : {}) })
    }
  }
}

const addressOf = (stack: Construct, name: string): KeptAddress => ({
  allocationId: told(stack, name, 'address-allocation'),
  ip: told(stack, name, 'address'),
})
