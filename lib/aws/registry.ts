import { Names, Stack, Token } from 'aws-cdk-lib'
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Connections, IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2'
import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
import type { Grant, IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam'
import type { IHostedZone } from 'aws-cdk-lib/aws-route53'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct, type IConstruct } from 'constructs'
import { appFolder } from '../app-folder.ts'
import type { RegistryConfig } from '../environment/registry-config.ts'
import { standbyArguments } from '../environment/standby.ts'
import { RegistryBucket } from './bucket/registry-bucket.ts'
import { RegistrySecrets } from './data/secrets.ts'
import { FargateHost, type FargateOptions } from './host/fargate-host.ts'
import type { HostTarget, RegistryHost } from './host/host.ts'
import { registryImage } from './image.ts'
import type { MonitoringOptions } from './monitoring/monitoring.ts'
import { Network } from './network.ts'
import { registryProcess } from './process.ts'
import { environmentOf } from './registry-environment.ts'
import { RunningRegistry } from './running-registry.ts'
import { secretsByArn } from './stack/secrets-by-arn.ts'
import type { StandbyOptions } from './standby.ts'

/** A registry, made here or somewhere else. */
export interface IRegistry extends IConstruct {
  /** The name by which clients reach it, which stands before the names of images. */
  readonly domainName: string
  /**
   * The name and the password of who may pull, as a secret with `username` and `password`: what ECS takes as repository credentials.
   *
   * @example
   * ContainerImage.fromRegistry(registry.reference('team/app:1'), { credentials: registry.pullCredentials })
   */
  readonly pullCredentials: ISecret
  /** The full name of an image: `reference('team/app:1')` is `registry.example.com/team/app:1`. */
  reference(image: string): string
  /** An image of this registry, with the credentials to pull it, for a container of ECS. */
  containerImage(image: string): ContainerImage
  /** Lets a role read the credentials by which images are pulled. */
  grantPull(grantee: IGrantable): Grant
  /** Lets a role read the credentials by which images are pushed. In this version they are the same: whoever signs in may do both. */
  grantPush(grantee: IGrantable): Grant
}

export interface RegistryAttributes {
  readonly domainName: string
  /** The ARN of the secret with `username` and `password`. */
  readonly credentialsArn: string
}

export interface RegistryProps extends Partial<FargateOptions> {
  /** The name by which clients reach it, such as `registry.example.com`. */
  readonly domainName: string

  /** Where the records for that name are made. @default - nothing makes them; `target` says where the name has to lead */
  readonly hostedZone?: IHostedZone

  /** The load balancer's certificate. @default - one that is validated by records in the hosted zone */
  readonly certificate?: ICertificate

  /** The bucket for the images, in any region. @default - a `RegistryBucket`, which stays when the stack goes */
  readonly bucket?: IBucket

  /** The folder in the bucket that its keys lie in. @default - the whole bucket is the registry's */
  readonly prefix?: string

  /**
   * The network it stands in; its public subnets, or with `internal` its private ones, of which those with a way out come first.
   *
   * @default - a new one of two zones, without NAT gateways
   */
  readonly vpc?: IVpc

  /** Whether it is reached from within the network alone. @default false */
  readonly internal?: boolean

  /** Ranges of addresses that may connect. @default - everybody; with `internal`, the network itself */
  readonly admit?: readonly string[]

  /** The first user's name. His password is made by Secrets Manager. @default 'docker' */
  readonly userName?: string

  /** An image of the registry that is there. @default - one is built from the app in this package, by Docker */
  readonly image?: string

  /** The folder of the registry app that an image is built from. @default - the one in this package */
  readonly appFolder?: string

  /** What the tasks run on. @default 'arm64' */
  readonly architecture?: 'arm64' | 'x86_64'

  /** The memory of a task in MiB. @default 1024 */
  readonly memoryMiB?: number

  /**
   * Any key of the registry's config.yml, over what stands there without it. In place of a secret stands `{ secret: ARN }`, of a secret in Secrets
   * Manager whose text it is.
   *
   * @default - none
   */
  readonly config?: RegistryConfig

  /**
   * Another registry that follows this one, kept in step by a task of its own, the smallest there is. It comes by the load balancer's public address, so
   * `admit` cannot be given beside it unless the registry is `internal`; then `vpc` has to be given, one with a way out.
   *
   * @default - there is no standby
   */
  readonly standby?: StandbyOptions

  /** For how many days the log is kept. @default 90 */
  readonly logDays?: number

  /** Whom alarms tell; `false`: there are none, and no dashboard. @default - alarms that tell nobody, and a dashboard */
  readonly monitoring?: Omit<MonitoringOptions, 'certificateArn'> | false
}

abstract class RegistryBase extends Construct implements IRegistry {
  abstract readonly domainName: string
  abstract readonly pullCredentials: ISecret

  reference(image: string): string {
    return `${this.domainName}/${image}`
  }

  containerImage(image: string): ContainerImage {
    return ContainerImage.fromRegistry(this.reference(image), { credentials: this.pullCredentials })
  }

  grantPull(grantee: IGrantable): Grant {
    return this.pullCredentials.grantRead(grantee)
  }

  grantPush(grantee: IGrantable): Grant {
    return this.pullCredentials.grantRead(grantee)
  }
}

class ImportedRegistry extends RegistryBase {
  readonly domainName: string
  readonly pullCredentials: ISecret

  constructor(scope: Construct, id: string, { domainName, credentialsArn }: RegistryAttributes) {
    super(scope, id)
    this.domainName = domainName
    this.pullCredentials = Secret.fromSecretCompleteArn(this, 'Credentials', credentialsArn)
  }
}

/**
 * A container registry whose images are in a bucket, as a service on Fargate: for an app of CDK that exists already.
 *
 * @example
 * const registry = new Registry(this, 'Registry', { domainName: 'registry.example.com', hostedZone })
 * task.addContainer('app', { image: registry.containerImage('team/app:1') })
 */
export class Registry extends RegistryBase implements IConnectable, IGrantable {
  /** A registry that was made somewhere else. */
  static fromAttributes(scope: Construct, id: string, attributes: RegistryAttributes): IRegistry {
    return new ImportedRegistry(scope, id, attributes)
  }

  readonly domainName: string
  readonly pullCredentials: ISecret
  /** The bucket with the images. */
  readonly bucket: IBucket
  /** What a record for the domain has to lead to. */
  readonly target: HostTarget | undefined
  readonly connections: Connections
  /** The role of the registry itself. */
  readonly grantPrincipal: IPrincipal
  readonly #running: RunningRegistry

  constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id)
    const environment = environmentOf(props, Stack.of(this).region, this.node.path)
    const { host, network, monitoring } = environment
    this.domainName = props.domainName
    this.bucket = props.bucket ?? (new RegistryBucket(this, 'Images').bucket as IBucket)
    const secrets = new RegistrySecrets(this, 'Secrets', { user: props.userName ?? 'docker' })
    if (secrets.user === undefined) throw new TypeError('a user was named')
    this.pullCredentials = secrets.user
    const certificateArn = this.#certificate(props)
    const image = registryImage(this, {
      architecture: host.architecture,
      reference: props.image,
      appFolder: props.appFolder ?? appFolder(),
    })
    this.#running = new RunningRegistry(this, 'Running', {
      name: Names.uniqueResourceName(this, { maxLength: 60, separator: '-' }),
      domain: props.domainName,
      process: registryProcess({
        configured: environment,
        image,
        memoryMiB: host.memoryMiB,
        bucketName: this.bucket.bucketName,
        s3: { endpoint: '', region: this.bucket.env.region, signingVersion: 'v4', forcePathStyle: String(hasDots(this.bucket)) },
        secrets: { http: secrets.http, user: secrets.user, named: secretsByArn(this) },
        behind: props.vpc?.vpcCidrBlock,
      }),
      network: new Network(this, 'Network', { network, kind: host.kind, certified: true, vpc: props.vpc }),
      host: (within, given) =>
        new FargateHost(within, 'Host', {
          ...{ ...given, ...host, domain: props.domainName, certificateArn, accessLogs: undefined },
          standby: environment.standby && {
            arguments: standbyArguments(environment.standby, props.domainName),
            source: props.standby?.sourceSecret ?? secrets.user,
            target: props.standby?.secret,
          },
        }),
      images: { bucket: this.bucket, folder: props.prefix },
      zone: props.hostedZone,
      logDays: monitoring.logDays,
      monitoring: props.monitoring === false ? undefined : { ...props.monitoring, certificateArn },
    })
    const { connections, grantPrincipal, target } = this.host
    this.connections = connections
    this.grantPrincipal = grantPrincipal
    this.target = target
  }

  /** What runs it. */
  get host(): RegistryHost {
    return this.#running.host
  }

  /** Lines of level `error` in its log, of which each request that failed is one; their sum over five minutes. */
  metricErrors(): Metric {
    return this.#running.logMetrics.all.errors
  }

  /** Requests that failed because the bucket did not answer; their sum over five minutes. */
  metricStoreErrors(): Metric {
    return this.#running.logMetrics.all.storeErrors
  }

  /** Sign-ins that were refused; their sum over five minutes. */
  metricRefusedSignIns(): Metric {
    return this.#running.logMetrics.all.refusedSignIns
  }

  /** How many of its tasks do not answer. */
  metricUnhealthy(): Metric {
    return this.host.metrics.unhealthy
  }

  /** Seconds until an answer begins, the median. */
  metricLatency(): Metric | undefined {
    return this.host.metrics.latency
  }

  /** Answers by 5xx that are the load balancer's own, as when no task answers it; their sum over five minutes. */
  metricBalancerErrors(): Metric | undefined {
    return this.host.metrics.balancerErrors
  }

  #certificate({ certificate, hostedZone, domainName }: RegistryProps): string {
    if (certificate) return certificate.certificateArn
    if (!hostedZone) throw new TypeError(`${this.node.path}: certificate must be given, or hostedZone, where one can be validated`)
    return new Certificate(this, 'Certificate', { domainName, validation: CertificateValidation.fromDns(hostedZone) }).certificateArn
  }
}

/** No certificate of S3 is for such a bucket as a host; a name that is not known yet is one that CloudFormation makes, without dots, or is taken for one. */
const hasDots = ({ bucketName }: IBucket) => !Token.isUnresolved(bucketName) && bucketName.includes('.')
