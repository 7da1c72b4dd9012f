import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { HostProps } from '../host.ts'
import { instanceTag, metricNamespace } from './names.ts'

export interface AllowHostProps extends Pick<HostProps, 'process' | 'logGroup'> {
  /** What the instance's tag says. */
  readonly name: string
  /** The elastic IP that it associates. */
  readonly allocationId: string | undefined
}

/** What `registry-host.sh` does, and Session Manager. What the registry does to the bucket is granted elsewhere. */
export function allowHost(role: Role, { process, logGroup, name, allocationId }: AllowHostProps): void {
  const stack = Stack.of(role)
  const ec2 = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName })
  const allow = (actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>) =>
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources, ...(conditions === undefined ? {} : { conditions }) }))

  process.image.grantPull(role)
  process.image.secret?.grantRead(role)
  for (const { secret } of Object.values(process.secrets)) secret.grantRead(role)
  logGroup.grantWrite(role)
  allow(['cloudformation:SignalResource'], [stack.stackId])
  allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': metricNamespace } })
  // In place of AmazonSSMManagedInstanceCore, which could also read every parameter of the account.
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-add-permissions-to-existing-profile.html
  const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel']
  allow(['ssm:UpdateInstanceInformation', ...channels.map(channel => `ssmmessages:${channel}`)], ['*'])
  if (allocationId === undefined) return
  allow(['ec2:AssociateAddress'], [ec2('elastic-ip', allocationId)])
  // With whom: instances of this host alone. Their network interfaces have no tags.
  allow(['ec2:AssociateAddress'], [ec2('instance', '*')], { StringEquals: { [`aws:ResourceTag/${instanceTag}`]: name } })
  allow(['ec2:AssociateAddress'], [ec2('network-interface', '*')])
}
