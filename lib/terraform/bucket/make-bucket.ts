import { type BucketMaker, bucketMaker } from '../../environment/bucket-maker.ts'
import { PlainResource } from '../providers/plain-resource.ts'
import type { TerraformStack } from '../tf.ts'
import { makeAwsBucket } from './aws-bucket.ts'
import type { BucketProps } from './bucket.ts'
import { leaveBucket } from './existing-bucket.ts'
import { makeMinioBucket } from './minio-bucket.ts'
import { makeNifcloudBucket } from './nifcloud-bucket.ts'
import { makeR2Bucket } from './r2-bucket.ts'

const ways: Readonly<Record<Exclude<BucketMaker, 'existing'>, (stack: TerraformStack, props: BucketProps) => void>> = {
  minio: makeMinioBucket,
  nifcloud: makeNifcloudBucket,
  cloudflare: makeR2Bucket,
  aws: makeAwsBucket,
}

/** Adds the environment's bucket to its data stack, in the way that its store needs. */
export function makeBucket(stack: TerraformStack, props: BucketProps): void {
  const maker = bucketMaker(props.storage)
  if (maker === 'existing') {
    leaveBucket(stack)
    return
  }
  ways[maker](stack, props)
  rememberBucket(stack, props)
  if (maker !== 'minio') holdEndpoint(props)
}

/**
 * Says plainly why another `s3_bucket` is refused once this stack has made the one in the file. The state remembers which one it began with.
 *
 * It would be refused without this as well, since the bucket would have to go: by `prevent_destroy`, or by the store, while images are in it.
 */
function rememberBucket(stack: TerraformStack, { storage, parameters }: BucketProps): void {
  const made = JSON.stringify(storage.bucket)
  const remembered = new PlainResource(stack, 'first-bucket', 'terraform_data', { attributes: { input: parameters.bucket.stringValue } })
  remembered.addOverride('lifecycle', {
    ignore_changes: ['input'],
    postcondition: [
      {
        condition: `\${self.output != ${made} || ${parameters.bucket.fqn} == ${made}}`,
        error_message: `This stack made the bucket ${storage.bucket}, and the images are in it: s3_bucket would leave them behind. To go to a bucket that exists, write its name and existing: true into the environment's storage section; ${storage.bucket} then stays, and belongs to no stack.`,
      },
    ],
  })
}

/** Such a provider knows only its own address: a bucket made there would not be the one that the registry asks. */
function holdEndpoint({ parameters: { endpoint } }: BucketProps): void {
  endpoint.addValidation({
    condition: `\${${endpoint.fqn} == ${JSON.stringify(endpoint.default)}}`,
    errorMessage: 's3_endpoint cannot be changed here, since the bucket is made by an API of the provider: write endpoint into the file.',
  })
}
