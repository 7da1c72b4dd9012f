import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { CdkEnvironment } from '../../environment/environment.ts'

/** Gives every role below the construct the environment's boundary. */
export function boundRoles(scope: Construct, { permissionsBoundary }: Pick<CdkEnvironment, 'permissionsBoundary'>): void {
  if (permissionsBoundary === undefined) return
  const policy = permissionsBoundary.startsWith('arn:')
    ? ManagedPolicy.fromManagedPolicyArn(scope, 'Boundary', permissionsBoundary)
    : ManagedPolicy.fromManagedPolicyName(scope, 'Boundary', permissionsBoundary)
  PermissionsBoundary.of(scope).apply(policy)
}
