import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { cacheVariable } from '../environment/cache-config.ts'
import { graceSeconds } from '../environment/grace-seconds.ts'
import type { NamedSecret } from '../environment/named-secrets.ts'
import { type Reach, reach, wayOf } from '../environment/reach.ts'
import { type Configured, registrySecrets } from '../environment/registry-config.ts'
import { registryVariables } from '../environment/registry-variables.ts'
import { httpSecretField, userFields } from './data/secrets.ts'
import type { RegistryImage, RegistryProcess, SecretField } from './host/host.ts'
import type { S3Parameters } from './stack/s3-parameters.ts'

export interface ProcessProps {
  readonly configured: Configured
  readonly image: RegistryImage
  readonly memoryMiB: number
  readonly bucketName: string
  /** What a deployment says of the store. @default - what is configured */
  readonly s3?: Omit<S3Parameters, 'bucket' | 'endpointGiven'>
  readonly secrets: ProcessSecrets
  /** The network whose load balancer is believed, as a range that CloudFormation alone may know. @default - what is configured */
  readonly behind?: string | undefined
}

export interface ProcessSecrets {
  readonly http: ISecret
  /** The first user. @default - nobody signs in */
  readonly user?: ISecret
  /** The keys of a store that is not Amazon's, as `accessKey` and `secretKey`. @default - the role signs */
  readonly keys?: ISecret
  /** Who asks the upstreams of the cache, in their order, as `username` and `password`. @default - nobody in particular */
  readonly cache?: readonly (ISecret | undefined)[]
  /** By its ARN, a secret that the configuration names, whose text is the value. @default - none is named */
  readonly named?: (arn: string) => ISecret
}

/** What a host is to run: the configuration, over it what a deployment decides, and secrets by reference. */
export function registryProcess({ configured, image, memoryMiB, bucketName, s3, secrets, behind }: ProcessProps): RegistryProcess {
  const { auth } = reach(configured)
  const store = { BUCKET: bucketName, ...(s3 ? deployed(s3) : {}) }
  return {
    image,
    memoryMiB,
    graceSeconds: graceSeconds(configured),
    variables: {
      ...Object.fromEntries(registryVariables(configured).map(splitOnce)),
      ...Object.fromEntries(Object.entries(store).map(([name, value]) => [`REGISTRY_STORAGE_S3_${name}`, value])),
      ...(behind === undefined ? {} : { REGISTRY_HTTP_TRUSTEDPROXIES: `["${behind}"]` }),
      ...(auth.by === 'none' ? {} : { [firstUser(auth, 'USERNAME')]: auth.user }),
    },
    secrets: {
      ...secretFields(auth, secrets),
      ...cacheFields(configured.cache ?? [], secrets.cache ?? []),
      ...namedFields(registrySecrets(configured), secrets.named),
    },
  }
}

const deployed = ({ endpoint, region, signingVersion, forcePathStyle }: NonNullable<ProcessProps['s3']>) => ({
  REGION: region,
  REGIONENDPOINT: endpoint,
  SIGNINGVERSION: signingVersion,
  FORCEPATHSTYLE: forcePathStyle,
})

/** One of the variables that say who signs in first: under the way in which he does. */
const firstUser = (auth: Reach['auth'], what: 'USERNAME' | 'PASSWORD') => `REGISTRY_AUTH_${wayOf(auth)?.toUpperCase()}_${what}`

function secretFields(auth: Reach['auth'], { http, user, keys }: ProcessSecrets): Readonly<Record<string, SecretField>> {
  return {
    REGISTRY_HTTP_SECRET: { secret: http, field: httpSecretField },
    ...(user ? { [firstUser(auth, 'PASSWORD')]: { secret: user, field: userFields.password } } : {}),
    ...(keys
      ? {
          REGISTRY_STORAGE_S3_ACCESSKEY: { secret: keys, field: 'accessKey' },
          REGISTRY_STORAGE_S3_SECRETKEY: { secret: keys, field: 'secretKey' },
        }
      : {}),
  }
}

/** By name and password of the same secret. */
function cacheFields(
  cache: NonNullable<Configured['cache']>,
  secrets: readonly (ISecret | undefined)[],
): Readonly<Record<string, SecretField>> {
  const fields = cache.flatMap((upstream, index) => {
    const secret = secrets[index]
    if (!secret) return []
    return [
      [cacheVariable(cache, upstream, 'USERNAME'), { secret, field: userFields.name }] as const,
      [cacheVariable(cache, upstream, 'PASSWORD'), { secret, field: userFields.password }] as const,
    ]
  })
  return Object.fromEntries(fields)
}

function namedFields(
  named: readonly NamedSecret[],
  find: ProcessSecrets['named'] = arn => {
    throw new TypeError(`nothing finds the secret ${arn}`)
  },
): Readonly<Record<string, SecretField>> {
  return Object.fromEntries(named.map(({ name, variable }) => [variable, { secret: find(name) }]))
}

function splitOnce(variable: string): readonly [string, string] {
  const at = variable.indexOf('=')
  return [variable.slice(0, at), variable.slice(at + 1)]
}
