import { bucketSettings } from '../environment/bucket-settings.ts'
import type { BucketStorage } from '../environment/environment.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The settings of an environment's bucket as they are deployed: the file's, and over them the Terraform variables that are set here. */
export function deployedSettings(storage: BucketStorage, variables: Variables): Readonly<Record<string, unknown>> {
  const set = (name: string) => variables[`TF_VAR_s3_${name}`] || undefined
  const path = set('force_path_style')
  return {
    ...bucketSettings(storage).s3,
    ...defined({
      regionendpoint: set('endpoint'),
      region: set('region'),
      signingversion: set('signing_version'),
      forcepathstyle: path === undefined ? undefined : path === 'true',
    }),
  }
}

/** The keys by the names that the registry knows, which may also be there by those that a deployment gives them. */
export function deployedKeys(variables: Variables): Variables {
  const either = (name: string, variable: string) => variables[name] || variables[variable] || undefined
  return {
    ...variables,
    REGISTRY_STORAGE_S3_ACCESSKEY: either('REGISTRY_STORAGE_S3_ACCESSKEY', 'TF_VAR_s3_access_key'),
    REGISTRY_STORAGE_S3_SECRETKEY: either('REGISTRY_STORAGE_S3_SECRETKEY', 'TF_VAR_s3_secret_key'),
  }
}

function defined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
