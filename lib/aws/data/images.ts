import { Aspects, CfnCondition, CfnResource, Fn, type IAspect, type Stack, Validations } from 'aws-cdk-lib'
import { CfnParameter as CfnStoredParameter } from 'aws-cdk-lib/aws-ssm'
import type { IConstruct } from 'constructs'
import { makesBucket } from '../../environment/aws/complete-storage.ts'
import type { CdkEnvironment } from '../../environment/environment.ts'
import { RegistryBucket } from '../bucket/registry-bucket.ts'
import { tell } from '../data-parameters.ts'
import type { S3Parameters } from '../stack/s3-parameters.ts'

export interface ImagesProps {
  readonly environment: Pick<CdkEnvironment, 'name' | 'storage'>
  readonly parameters: S3Parameters
  /** The bucket that requests are logged to. @default - they are not */
  readonly accessLogs?: string | undefined
}

/**
 * The bucket with the images: made, unless the file or a parameter names one that exists.
 *
 * @returns its name
 */
export function addImages(stack: Stack, { environment, parameters, accessLogs }: ImagesProps): string {
  const { name, storage } = environment
  // By its name, also where it is made here: what refers to a resource that a condition can leave out cannot be deployed.
  const { bucket: given, endpointGiven } = parameters
  const named = Fn.conditionIf(
    new CfnCondition(stack, 'S3BucketGiven', { expression: Fn.conditionNot(Fn.conditionEquals(given.valueAsString, '')) }).logicalId,
    given.valueAsString,
    storage.bucket,
  ).toString()
  if (!makesBucket(storage)) {
    tell(stack, name, 'bucket', named)
    return named
  }
  const made = new CfnCondition(stack, 'MakesBucket', {
    expression: Fn.conditionAnd(
      Fn.conditionOr(Fn.conditionEquals(given.valueAsString, ''), Fn.conditionEquals(given.valueAsString, storage.bucket)),
      Fn.conditionNot(endpointGiven),
    ),
  })
  const { accessLogs: _, ...settings } = storage
  const images = new RegistryBucket(stack, 'Images', {
    ...settings,
    bucketName: storage.bucket,
    accessLogs,
  })
  Aspects.of(images).add(new OnlyIf(made))
  // Were these ever to change, an upgrade of the kit would replace the images.
  images.resource.overrideLogicalId('Images')
  images.policy.overrideLogicalId('ImagesPolicy')
  const { encryptionKey } = images.bucket
  if (encryptionKey?.node.defaultChild instanceof CfnResource) encryptionKey.node.defaultChild.overrideLogicalId('ImagesKey')
  if (encryptionKey) tellKey(stack, name, made, encryptionKey.keyArn)
  remember(stack, name, made)
  tell(stack, name, 'bucket', named)
  return named
}

/** What the host's role may use: a key, or where no bucket was made, none that there is. Without the parameter the app stack could not be deployed. */
function tellKey(stack: Stack, name: string, made: CfnCondition, keyArn: string): void {
  const none = stack.formatArn({ service: 'kms', resource: 'key', resourceName: 'none' })
  const told = tell(stack, name, 'key', Fn.conditionIf(made.logicalId, keyArn, none).toString())
  Validations.of(told).acknowledge({ id: 'CloudFormation-Validate::W1001', reason: 'It refers to the key where there is one.' })
}

/**
 * Refuses to go from a bucket that this stack made to one that was given, and back: the images would be left behind.
 *
 * CloudFormation knows no "was". But it makes what is new before it takes away what is old, and so two resources cannot change places under
 * one name: the update fails, names this parameter, and everything stays as it was.
 */
function remember(stack: Stack, environment: string, made: CfnCondition): void {
  const name = `/bucket-registry/${environment}/the-images-stay-in-the-bucket-that-this-stack-began-with`
  const given = new CfnCondition(stack, 'TakesBucket', { expression: Fn.conditionNot(made) })
  for (const [id, condition, value] of [
    ['BeganWithItsOwnBucket', made, 'its own'],
    ['BeganWithAGivenBucket', given, 'a given one'],
  ] as const) {
    const mark = new CfnStoredParameter(stack, id, { name, type: 'String', value })
    mark.overrideLogicalId(id)
    mark.cfnOptions.condition = condition
  }
}

/** Puts all resources of a construct under a condition. */
class OnlyIf implements IAspect {
  readonly #condition: CfnCondition

  constructor(condition: CfnCondition) {
    this.#condition = condition
  }

  visit(node: IConstruct): void {
    if (node instanceof CfnResource) node.cfnOptions.condition = this.#condition
  }
}
