import { Token } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../environment/environment.ts'
import { EnvironmentError } from '../environment/environment-error.ts'
import { parseEnvironment } from '../environment/load-environment.ts'
import type { RegistryConfig } from '../environment/registry-config.ts'
import { secretName } from '../environment/secret-name.ts'
import type { RegistryProps } from './registry.ts'
import { saidOfProps } from './registry-props-error.ts'

/** An environment whose host is a service on Fargate. */
export type FargateEnvironment = CdkEnvironment & { readonly host: Extract<CdkEnvironment['host'], { kind: 'fargate' }> }

/**
 * The environment that the props of a construct come to: the same defaults as in a file, and the same rules.
 *
 * What is known only when it is deployed is a token until then. Something that passes stands in its place while the rules are asked, and what follows from
 * bucket, certificate and network is put in later.
 *
 * @param path of the construct, for whoever reads what is wrong
 * @throws TypeError with everything that is wrong, in the words of the props
 */
export function environmentOf(props: RegistryProps, region: string, path: string): FargateEnvironment {
  const { domainName, prefix, internal = false, admit, userName = 'docker', architecture, memoryMiB, config = {}, logDays } = props
  const { cpu, minTasks, maxTasks, targetCpuPercent, requestsPerTask, waf, vpc, standby } = props
  // Those secrets are things of the CDK by then, and named where the host is made.
  const { secret: _, sourceSecret: __, ...followed } = standby ?? {}
  const place = Token.isUnresolved(region) ? (regionOf(waf) ?? 'us-east-1') : region
  const standIns = new StandIns()
  const text = JSON.stringify({
    engine: 'cdk',
    domain: standIns.word(domainName),
    storage: { driver: 's3', bucket: 'images', existing: true, prefix: standIns.word(prefix) },
    host: {
      ...{ kind: 'fargate', region: place },
      ...{ architecture, memoryMiB, cpu, minTasks, maxTasks, targetCpuPercent, requestsPerTask },
      waf:
        waf?.by === 'arn'
          ? { ...waf, arn: standIns.whole(waf.arn, `arn:aws:wafv2:${place}:111122223333:regional/webacl/given/given`) }
          : waf,
    },
    // Whether there is a way out of a network that was given is its own affair.
    network: {
      private: internal,
      admit: admit?.map((range, index) => standIns.whole(range, `10.255.${index >> 8}.${index & 255}/32`)),
      natGateways: internal && vpc !== undefined ? 1 : undefined,
    },
    certificate: { by: 'import', arn: `arn:aws:acm:${place}:111122223333:certificate/given` },
    auth: { by: 'password', user: standIns.word(userName) },
    monitoring: { logDays },
    standby: standby && { ...followed, target: standIns.word(standby.target) },
    registry: standIns.config(config),
  })
  const environment = standIns.undone(parsed(text, path))
  if (!isFargate(environment)) throw new TypeError('the host is on Fargate')
  return environment
}

function parsed(text: string, path: string): ReturnType<typeof parseEnvironment> {
  try {
    return parseEnvironment('registry.yml', text)
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    throw new TypeError(saidOfProps(path, cause.complaints), { cause })
  }
}

/** What is known only at the deployment, and what passes in its place until then. */
class StandIns {
  readonly #tokens = new Map<string, string>()

  /** Of a name: the rest of what is written is looked at. */
  word<Value extends string | undefined>(written: Value): Value | string {
    return written === undefined ? written : this.#put(written, written.replaceAll(token, this.#next()))
  }

  /** Of something that only passes as a whole. */
  whole(written: string, passes: string): string {
    return this.#put(written, passes)
  }

  /** A secret is named by its ARN, which may be a token to the rules as well. */
  config(section: RegistryConfig): RegistryConfig {
    const below = (value: unknown): unknown => {
      // An address is text, too, and passes for either.
      if (typeof value === 'string') return value.replace(token, '') === '' ? this.#put(value, `https://${this.#next()}`) : this.word(value)
      if (Array.isArray(value)) return value.map(below)
      if (typeof value !== 'object' || value === null || secretName(value) !== undefined) return value
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, below(each)]))
    }
    return below(section) as RegistryConfig
  }

  /** The same with what was written. */
  undone<Value>(value: Value): Value {
    if (typeof value === 'string') return (this.#tokens.get(value) ?? value) as Value
    if (Array.isArray(value)) return value.map(each => this.undone(each)) as Value
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.undone(each)])) as Value
  }

  #put(written: string, standIn: string): string {
    if (!Token.isUnresolved(written)) return written
    this.#tokens.set(standIn, written)
    return standIn
  }

  /** RFC 2606, 2: it is nobody's. */
  #next(): string {
    return `known-at-deployment-${this.#tokens.size}.invalid`
  }
}

const token = /\$\{Token\[[^\]]+\]\}/g

/** Where a web ACL is that was given: the region's own is not known in every app. */
function regionOf(waf: RegistryProps['waf']): string | undefined {
  return waf?.by === 'arn' && !Token.isUnresolved(waf.arn) ? waf.arn.split(':')[3] : undefined
}

const isFargate = (environment: ReturnType<typeof parseEnvironment>): environment is FargateEnvironment =>
  environment.engine === 'cdk' && environment.host.kind === 'fargate'
