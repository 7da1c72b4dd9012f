import { Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type CfnBucketPolicy,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { AwsBucketStorage } from '../../environment/environment.ts'
import { keyPrefix } from './key-prefix.ts'
import { imagesPrefix } from './log-bucket.ts'

type Settings = Pick<AwsBucketStorage, 'encryption' | 'kmsKey' | 'undoDays' | 'tiering' | 'replicateTo'>

export interface RegistryBucketProps extends Partial<Settings> {
  /** @default - CloudFormation makes one up */
  readonly bucketName?: string | undefined
  /** The folder that the registry's keys lie in. @default - none */
  readonly prefix?: string | undefined
  /**
   * What becomes of the bucket when its stack is destroyed. `retain` leaves it, unless the stack's first deployment failed: then it is still
   * empty, and would be in the way of the next. `empty` deletes it, which fails while anything is in it.
   *
   * @default 'retain'
   */
  readonly onDestroy?: 'retain' | 'empty'
  /** A bucket, by its name, where S3 logs requests; its policy lets it do so. @default - it logs none */
  readonly accessLogs?: string | undefined
}

/** As long as the registry leaves an upload alone (`storage.maintenance.uploadpurging.age`). */
const abortAfter = Duration.days(7)

/** A bucket for images: nobody but its account, by TLS alone, encrypted, and without what uploads forget. */
export class RegistryBucket extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, props: RegistryBucketProps = {}) {
    super(scope, id)
    const { bucketName, prefix, onDestroy = 'retain', accessLogs, undoDays = 0, tiering = 'none', replicateTo } = props
    const removalPolicy = onDestroy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
    this.bucket = new Bucket(this, 'Bucket', {
      ...(bucketName === undefined ? {} : { bucketName }),
      ...this.#encryption(props, removalPolicy),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      versioned: undoDays > 0,
      lifecycleRules: [
        { id: 'abort-forgotten-uploads', abortIncompleteMultipartUploadAfter: abortAfter },
        ...(undoDays > 0 ? [{ id: 'undo', noncurrentVersionExpiration: Duration.days(undoDays), expiredObjectDeleteMarker: true }] : []),
        ...(tiering === 'intelligent'
          ? [
              {
                id: 'layers-nobody-pulls',
                prefix: `${keyPrefix(prefix)}docker/registry/v2/blobs/`,
                // What is smaller would never move to a cheaper tier, and links are all smaller.
                objectSizeGreaterThan: Size.kibibytes(128).toBytes(),
                transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(0) }],
              },
            ]
          : []),
      ],
      ...(replicateTo === undefined
        ? {}
        : {
            replicationRules: [
              {
                id: 'copy',
                destination: Bucket.fromBucketArn(this, 'Copy', replicateTo),
                // The copy keeps versions too: what was deleted by mistake comes back there as here.
                deleteMarkerReplication: true,
                priority: 1,
              },
            ],
          }),
    })
    if (accessLogs !== undefined) {
      this.resource.loggingConfiguration = { destinationBucketName: accessLogs, logFilePrefix: imagesPrefix }
    }
    Validations.of(this.bucket).acknowledge({
      id: 'CloudFormation-Validate::W9003',
      reason: 'The CDK writes ObjectSizeGreaterThan as a number, and CloudFormation takes it.',
    })
  }

  #encryption({ encryption = 's3', kmsKey }: Partial<Settings>, removalPolicy: RemovalPolicy): BucketProps {
    if (encryption === 's3') return { encryption: BucketEncryption.S3_MANAGED }
    const encryptionKey: IKey =
      kmsKey === undefined
        ? new Key(this, 'Key', { enableKeyRotation: true, removalPolicy, description: 'Encrypts the images of a registry' })
        : Key.fromKeyArn(this, 'Key', kmsKey)
    // One data key for many objects: without it each pull of a layer would be a request to KMS.
    return { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
  }

  /** The resource itself, for what CDK has no word for. */
  get resource(): CfnBucket {
    return this.bucket.node.defaultChild as CfnBucket
  }

  /** Its policy. */
  get policy(): CfnBucketPolicy {
    return this.bucket.policy?.node.defaultChild as CfnBucketPolicy
  }
}
