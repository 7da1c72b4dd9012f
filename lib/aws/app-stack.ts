import { CfnOutput, Fn, Stack } from 'aws-cdk-lib'
import { InstanceArchitecture, InstanceType } from 'aws-cdk-lib/aws-ec2'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { appFolder } from '../app-folder.ts'
import { isAmazon, makesBucket } from '../environment/aws/complete-storage.ts'
import type { CdkEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { standbyArguments } from '../environment/standby.ts'
import { addAppOutputs } from './app-outputs.ts'
import type { ImagesGrant } from './bucket/grant-images.ts'
import { told } from './data-parameters.ts'
import type { StandbyProcess } from './host/host.ts'
import { hostFor } from './host/host-for.ts'
import { registryImage } from './image.ts'
import { Network } from './network.ts'
import { type ProcessSecrets, registryProcess } from './process.ts'
import { RunningRegistry } from './running-registry.ts'
import { boundRoles } from './stack/bound-roles.ts'
import { chosenParameter } from './stack/chosen-parameter.ts'
import { s3Parameters } from './stack/s3-parameters.ts'
import { secretsByArn } from './stack/secrets-by-arn.ts'
import { servedBucket } from './stack/served-bucket.ts'
import { stackProps } from './stack/stack-props.ts'
import { tagEnvironment } from './tag-environment.ts'

export interface RegistryStackProps {
  readonly environment: CdkEnvironment
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
}

/** The registry itself: it can be destroyed and deployed again at any time, the images are in the other stack. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, props: RegistryStackProps) {
    const { environment } = props
    super(scope, id, stackProps(environment, 'the registry'))
    const { name, storage, host, network, domain, dns, monitoring } = environment
    const { certificate } = reach(environment)
    const s3 = s3Parameters(this, storage)
    const bucketName = servedBucket(this, environment, s3.bucket)
    const certificateArn =
      certificate.by === 'import' ? certificate.arn : certificate.by === 'acm' ? told(this, name, 'certificate') : undefined

    const secrets = this.#secrets(environment)
    const registry = new RunningRegistry(this, 'Registry', {
      name,
      domain,
      process: registryProcess({
        configured: environment,
        image: this.#image(environment, props.appFolder),
        memoryMiB: host.memoryMiB,
        bucketName,
        s3,
        secrets,
      }),
      network: new Network(this, 'Network', { network, kind: host.kind, certified: certificate.by !== 'none' }),
      host: hostFor(this, environment, { certificateArn, standby: this.#standby(environment, secrets.user) }),
      images: this.#images(environment, bucketName),
      zone:
        dns?.by === 'route53'
          ? HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: told(this, name, 'zone'), zoneName: dns.zone })
          : undefined,
      ttl: dns?.by === 'route53' ? dns.ttl : undefined,
      logDays: monitoring.logDays,
      monitoring: monitoring.enabled ? { email: monitoring.email, topicArn: monitoring.topic, certificateArn } : undefined,
    })
    new CfnOutput(this, 'bucket', { value: bucketName, description: 'The bucket that holds the images.' })
    addAppOutputs(this, environment, registry)
    tagEnvironment(this, environment)
    boundRoles(this, environment)
  }

  /** The region's own, known when the stack is deployed. Where the file names an account, the CDK would look them up, with credentials. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map(index => Fn.select(index, Fn.getAzs()))
  }

  #image({ image, host }: CdkEnvironment, folder = appFolder()) {
    const secret = image?.secret === undefined ? undefined : Secret.fromSecretCompleteArn(this, 'ImageSecret', image.secret)
    return registryImage(this, {
      architecture: host.kind === 'fargate' ? host.architecture : architectureOf(host.instanceType),
      reference: image?.reference,
      secret,
      appFolder: folder,
      choose: uri => {
        const description = `The image that the registry runs from. Empty: ${image?.reference ?? 'the one that is built and published with this stack'}.`
        const { value } = chosenParameter(this, 'ImageUri', { inFile: uri, description })
        new CfnOutput(this, 'image', { value, description: 'The image that the registry runs from.' })
        return value
      },
    })
  }

  #secrets(environment: CdkEnvironment): ProcessSecrets {
    const { name, storage } = environment
    const named = (id: string, arn: string) => Secret.fromSecretCompleteArn(this, id, arn)
    return {
      http: named('HttpSecret', told(this, name, 'http-secret')),
      ...(reach(environment).auth.by !== 'none' ? { user: named('UserSecret', told(this, name, 'user')) } : {}),
      ...(storage.keysSecret === undefined ? {} : { keys: named('KeysSecret', storage.keysSecret) }),
      cache: environment.cache.map(({ secret }, index) => (secret === undefined ? undefined : named(`CacheSecret${index}`, secret))),
      named: secretsByArn(this),
    }
  }

  /** Who signs in at this registry is its first user, unless the file names another. */
  #standby({ standby, domain }: CdkEnvironment, user: ISecret | undefined): StandbyProcess | undefined {
    if (standby === undefined || domain === undefined) return undefined
    const named = (id: string, arn: string | undefined) => (arn === undefined ? undefined : Secret.fromSecretCompleteArn(this, id, arn))
    return {
      arguments: standbyArguments(standby, domain),
      source: named('StandbySourceSecret', standby.sourceSecret) ?? user,
      target: named('StandbySecret', standby.secret),
    }
  }

  /** What the role may do; where keys open the store, nothing. */
  #images({ name, storage }: CdkEnvironment, bucketName: string): ImagesGrant | undefined {
    if (!isAmazon(storage)) return undefined
    return {
      bucket: Bucket.fromBucketName(this, 'Images', bucketName),
      folder: storage.prefix,
      // With the keys of S3, one that encrypted what was pushed before.
      keyArn: storage.encryption === 'kms' && makesBucket(storage) ? told(this, name, 'key') : storage.kmsKey,
    }
  }
}

/** ARM, or x86, as the instance type's own name says. */
const architectureOf = (instanceType: string) =>
  new InstanceType(instanceType).architecture === InstanceArchitecture.ARM_64 ? 'arm64' : 'x86_64'
