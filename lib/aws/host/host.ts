import type { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { IConnectable, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import type { IAliasRecordTarget } from 'aws-cdk-lib/aws-route53'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { IConstruct } from 'constructs'

/**
 * What runs the registry: one kind of host per construct, `FargateHost` and `InstanceHost`.
 *
 * A host runs a process that was described to it, and says where that is reached. What the process may do to the bucket is granted to it from
 * outside, as to anything grantable; what it listens to follows from its variables.
 */
export interface RegistryHost extends IConstruct, IConnectable, IGrantable {
  /** Where clients reach the registry, such as `https://registry.example.com`. */
  readonly url: string
  /** What a record for the domain leads to. Absent: the host is not reached by a name. */
  readonly target?: HostTarget
  /** What AWS measures of it, for alarms and the dashboard. What the registry measures itself is in its log. */
  readonly metrics: HostMetrics
  /** What only this kind of host has to tell whoever deployed it, by name. */
  readonly outputs: Readonly<Record<string, HostOutput>>
}

/** Either something of AWS that an alias record names, or an address. */
export type HostTarget =
  | { readonly alias: IAliasRecordTarget; readonly name: string; readonly ipv6: boolean }
  | { readonly ipv4: string; readonly ipv6?: string }

export interface HostMetrics {
  /** How many of the registry do not answer `/healthz`; above nought something is wrong. */
  readonly unhealthy: Metric
  /**
   * Seconds until an answer begins, the median: of all requests, of which that to a push begins when its layer has come, however slow the line is; or of
   * those that the host itself makes each minute, which ask the store.
   *
   * @default - nothing measures it outside the registry
   */
  readonly latency?: Metric
  /** Answers by 5xx that are the load balancer's own, and not the registry's; their sum. @default - there is none */
  readonly balancerErrors?: Metric
  /** Days until the registry's own certificate ends. @default - it has none */
  readonly certificateDays?: Metric
  /** Processor and memory in use, in percent. @default - not measured */
  readonly cpu?: Metric
  readonly memory?: Metric
}

export interface HostOutput {
  readonly value: string
  readonly description: string
}

/** What every kind of host is given. */
export interface HostProps {
  readonly process: RegistryProcess
  readonly network: HostNetwork
  /** The name by which clients reach it. @default - none, it is reached by its address */
  readonly domain?: string
  /** What the registry writes to standard output, a JSON object in a line, goes here. */
  readonly logGroup: ILogGroup
}

/** What a host is to run, whichever kind it is: an image, and everything that the registry reads from its variables. */
export interface RegistryProcess {
  readonly image: RegistryImage
  /** The registry's configuration: variables and their values, which may be tokens. It listens where `registryPort` and `redirectPort` say. */
  readonly variables: Readonly<Record<string, string>>
  /** Variables whose values are in secrets of Secrets Manager. */
  readonly secrets: Readonly<Record<string, SecretField>>
  /** How much memory it may take; the variables are made for that much. */
  readonly memoryMiB: number
  /** How long it may take to end after it was told to. */
  readonly graceSeconds: number
}

/** What keeps a standby in step, beside the registry and from the same image. */
export interface StandbyProcess {
  readonly arguments: readonly string[]
  /** Who signs in at the registry, and at the standby: secrets with `username` and `password`. @default - nobody */
  readonly source: ISecret | undefined
  readonly target: ISecret | undefined
}

export interface SecretField {
  readonly secret: ISecret
  /** The field of the JSON that the secret holds. @default - the whole text of the secret is the value */
  readonly field?: string
}

export interface RegistryImage {
  /** By a tag or a digest; a token, since a parameter of the stack can name another. */
  readonly uri: string
  /** What the image is for. */
  readonly architecture: 'arm64' | 'x86_64'
  /** Who pulls it, where its registry asks: `username` and `password`. @default - Amazon's ECR asks the role, others nobody */
  readonly secret?: ISecret
  /** Lets a role pull it. */
  grantPull(grantee: IGrantable): void
}

/** Where the host stands, and who may come. */
export interface HostNetwork {
  readonly vpc: IVpc
  /** The subnets of the host itself. */
  readonly subnets: SubnetSelection
  /** Whether it has public addresses: without, nothing of the internet reaches it. */
  readonly isPublic: boolean
  readonly ipv6: boolean
  /** Ranges of addresses, of IPv4 and IPv6, that may connect to what the host publishes. */
  readonly admit: readonly string[]
}
