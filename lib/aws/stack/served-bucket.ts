import { CfnCondition, type CfnParameter, Fn, type Stack } from 'aws-cdk-lib'
import { CfnParameter as CfnStoredParameter } from 'aws-cdk-lib/aws-ssm'
import type { CdkEnvironment } from '../../environment/environment.ts'
import { told } from '../data-parameters.ts'

/**
 * The bucket whose images are served: the data stack's.
 *
 * A parameter that names another one is refused, since the images would be left behind, or would be another registry's: the value of a stored
 * parameter has to look like the data stack's bucket, and CloudFormation says that it does not.
 */
export function servedBucket(stack: Stack, { name }: Pick<CdkEnvironment, 'name'>, parameter: CfnParameter): string {
  const ofData = told(stack, name, 'bucket')
  const given = new CfnCondition(stack, 'S3BucketGiven', {
    expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')),
  })
  const bucket = Fn.conditionIf(given.logicalId, parameter.valueAsString, ofData).toString()
  const served = new CfnStoredParameter(stack, 'ServedBucketIsTheDataStacks', {
    name: `/bucket-registry/${name}/served-bucket`,
    type: 'String',
    value: bucket,
    allowedPattern: `^${ofData}$`,
    description: 'The bucket that the registry serves: the same as of the data stack',
  })
  served.overrideLogicalId('ServedBucketIsTheDataStacks')
  return bucket
}
