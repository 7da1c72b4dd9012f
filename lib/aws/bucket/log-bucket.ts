import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AccountPrincipal, type IPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { Construct } from 'constructs'

export interface LogBucketProps {
  /** For how many days logs are kept. */
  readonly days: number
  /** The region, since it says who writes the logs of a load balancer. */
  readonly region: string
  /** The bucket whose requests S3 logs here. @default - none */
  readonly logsOf?: string | undefined
}

/** Where logs begin in a bucket of logs: those of the load balancer, and those of the bucket with the images. */
export const loadBalancerPrefix = 'load-balancer'
export const imagesPrefix = 'images/'

/** A bucket for the logs of S3 and of a load balancer. */
export class LogBucket extends Construct {
  readonly bucket: IBucket

  constructor(scope: Construct, id: string, { days, region, logsOf }: LogBucketProps) {
    super(scope, id)
    const bucket = new Bucket(this, 'Bucket', {
      // The one kind of encryption in which AWS writes such logs.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [{ id: 'old-logs', expiration: Duration.days(days) }],
    })
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [loadBalancersOf(region)],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${loadBalancerPrefix}/AWSLogs/${Stack.of(this).account}/*`)],
      }),
    )
    // By its name, since the bucket may be left out of the stack; the CDK's own statement would refer to it.
    if (logsOf !== undefined) bucket.addToResourcePolicy(requestsOf(logsOf, bucket, Stack.of(this)))
    // The CDK's own declarations do not hold under exactOptionalPropertyTypes.
    this.bucket = bucket as IBucket
  }
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html */
function loadBalancersOf(region: string): IPrincipal {
  const account = RegionInfo.get(region).elbv2Account
  return account === undefined ? new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com') : new AccountPrincipal(account)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
function requestsOf(name: string, bucket: Bucket, { partition, account }: Stack): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`${imagesPrefix}*`)],
    conditions: {
      ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::${name}` },
      StringEquals: { 'aws:SourceAccount': account },
    },
  })
}
