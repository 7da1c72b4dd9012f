import { bucketSettings } from '../environment/bucket-settings.ts'
import type { BucketStorage } from '../environment/environment.ts'
import type { RegistrySecret } from './host/registry-secret.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

/** The variables that say where the images are; the environment's file gives their defaults. */
export interface S3Parameters {
  readonly bucket: TerraformVariable
  readonly endpoint: TerraformVariable
  readonly region: TerraformVariable
  readonly signingVersion: TerraformVariable
  readonly forcePathStyle: TerraformVariable
  /** Without a key the registry asks the AWS SDK's chain. They have no place in the file, and come as `TF_VAR_s3_access_key`. */
  readonly accessKey: TerraformVariable
  readonly secretKey: TerraformVariable
}

/** Made on the stack itself: inside a construct a variable would get its path and a hash into its name. */
export function s3Parameters(stack: TerraformStack, storage: BucketStorage): S3Parameters {
  const { bucket, region, regionendpoint, secure, signingversion, forcepathstyle } = bucketSettings(storage).s3
  const variable = (name: string, type: string, value: unknown, description: string) =>
    new TerraformVariable(stack, name, { type, default: value, nullable: false, description })
  const secret = (name: string, description: string) =>
    new TerraformVariable(stack, name, { type: 'string', default: '', nullable: false, sensitive: true, description })

  const signingVersion = variable('s3_signing_version', 'string', signingversion, 'The version of the signatures: v2 or v4.')
  signingVersion.addValidation({
    condition: `\${contains(["v2", "v4"], ${signingVersion.fqn})}`,
    errorMessage: 's3_signing_version must be v2 or v4.',
  })
  return {
    bucket: variable('s3_bucket', 'string', bucket, 'The bucket with the images.'),
    endpoint: variable(
      's3_endpoint',
      'string',
      typeof regionendpoint === 'string' ? withScheme(regionendpoint, secure !== false) : '',
      "The address of the store's S3 API; empty: Amazon's for the region.",
    ),
    region: variable('s3_region', 'string', region, 'The region that signatures name.'),
    signingVersion,
    forcePathStyle: variable('s3_force_path_style', 'bool', forcepathstyle, "Whether the bucket's name stands in the path."),
    accessKey: secret('s3_access_key', "The access key; empty: the registry looks where the AWS SDK does. Kept in the stack's state."),
    secretKey: secret('s3_secret_key', "The secret key that belongs to it. Kept in the stack's state."),
  }
}

/** As variables of the registry, which go over the section of the same name. An empty one is as good as none. */
export function s3Variables(parameters: S3Parameters): readonly string[] {
  return Object.entries({
    BUCKET: parameters.bucket,
    REGION: parameters.region,
    REGIONENDPOINT: parameters.endpoint,
    SIGNINGVERSION: parameters.signingVersion,
    FORCEPATHSTYLE: parameters.forcePathStyle,
  }).map(([name, variable]) => `REGISTRY_STORAGE_S3_${name}=\${${variable.fqn}}`)
}

/** The keys, which are nobody's to read in a list of variables. */
export function s3Secrets({ accessKey, secretKey }: S3Parameters): readonly RegistrySecret[] {
  return [
    { file: 's3-access-key', variable: 'REGISTRY_STORAGE_S3_ACCESSKEY', value: accessKey.stringValue, from: accessKey },
    { file: 's3-secret-key', variable: 'REGISTRY_STORAGE_S3_SECRETKEY', value: secretKey.stringValue, from: secretKey },
  ]
}

const withScheme = (endpoint: string, secure: boolean) =>
  endpoint.includes('://') ? endpoint : `${secure ? 'https' : 'http'}://${endpoint}`
