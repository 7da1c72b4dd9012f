import type { BucketStorage } from '../../environment/environment.ts'
import type { S3Parameters } from '../s3-parameters.ts'

/** What each way of making a bucket is given. */
export interface BucketProps {
  readonly environment: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly storage: BucketStorage
  readonly parameters: S3Parameters
}

/** The one name of the bucket in the state. It must never change, or an upgrade of the kit would replace the images. */
export const bucketId = 'images'

/** What all ways have in common: the bucket, unless the variable names another, and that Terraform refuses to destroy it. */
export function bucketRule({ storage, parameters }: BucketProps): { count: string; preventDestroy: boolean } {
  return {
    count: `\${${parameters.bucket.fqn} == ${JSON.stringify(storage.bucket)} ? 1 : 0}`,
    preventDestroy: storage.onDestroy === 'retain',
  }
}

/** A variable's value; an empty one is as good as none, and the provider then looks into its own environment variables. */
export const given = ({ fqn }: { readonly fqn: string }): string => `\${${fqn} == "" ? null : ${fqn}}`
