import { Stack } from 'aws-cdk-lib'
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs'
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { HostNetwork } from './host.ts'

export interface CollectionJobProps {
  readonly cluster: ICluster
  /** The registry's own: the same image, variables, secrets and role. */
  readonly task: FargateTaskDefinition
  readonly container: string
  readonly securityGroup: ISecurityGroup
  readonly network: Pick<HostNetwork, 'vpc' | 'subnets' | 'isPublic'>
  /** In the words of EventBridge Scheduler, in UTC. */
  readonly expression: string
}

/** Starts a task of the registry's that collects garbage, and ends, whenever the schedule says so. */
export class CollectionJob extends Construct {
  constructor(scope: Construct, id: string, { cluster, task, container, securityGroup, network, expression }: CollectionJobProps) {
    super(scope, id)
    const { vpc, subnets, isPublic } = network
    const role = new Role(this, 'Role', {
      description: 'Starts the task that collects garbage',
      // Nobody else's schedule.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    })
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['ecs:RunTask'],
          resources: [task.taskDefinitionArn],
          conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
        }),
        new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [task.taskRole.roleArn, task.obtainExecutionRole().roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        }),
      ],
    })
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Collects garbage in the registry’s storage',
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: cluster.clusterArn,
        roleArn: role.roleArn,
        ecsParameters: {
          taskDefinitionArn: task.taskDefinitionArn,
          taskCount: 1,
          launchType: 'FARGATE',
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: vpc.selectSubnets(subnets).subnetIds,
              securityGroups: [securityGroup.securityGroupId],
              assignPublicIp: isPublic ? 'ENABLED' : 'DISABLED',
            },
          },
        },
        input: JSON.stringify({ containerOverrides: [{ name: container, command: ['garbage-collect', '--quiet'] }] }),
        // What comes too late comes with the next one.
        retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
      },
    })
    // The first run may come at once, and the right to start it must be there.
    schedule.node.addDependency(policy)
  }
}
