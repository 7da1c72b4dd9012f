import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

/** Finds secrets by their ARNs, each as one construct, however often it is asked for. */
export function secretsByArn(scope: Construct): (arn: string) => ISecret {
  const found = new Map<string, ISecret>()
  return arn => {
    const secret = found.get(arn) ?? Secret.fromSecretCompleteArn(scope, `NamedSecret${found.size}`, arn)
    found.set(arn, secret)
    return secret
  }
}
