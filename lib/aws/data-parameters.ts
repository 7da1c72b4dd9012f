import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'

/** What the data stack tells the app stack. */
export type DataName = 'bucket' | 'logs' | 'key' | 'user' | 'http-secret' | 'zone' | 'certificate' | 'address' | 'address-allocation'

/**
 * The SSM parameters by which the data stack tells the app stack what it has.
 *
 * Not by exports: CloudFormation refuses to change one that another stack uses, so a certificate or a domain could never be replaced.
 */
export const dataParameter = (environment: string, name: DataName): string => `/bucket-registry/${environment}/${name}`

export function tell(scope: Construct, environment: string, name: DataName, value: string): StringParameter {
  return new StringParameter(scope, `Tell-${name}`, { parameterName: dataParameter(environment, name), stringValue: value })
}

/** Read when the stack is deployed; needs no look-up. */
export function told(scope: Construct, environment: string, name: DataName): string {
  return StringParameter.valueForStringParameter(scope, dataParameter(environment, name))
}
