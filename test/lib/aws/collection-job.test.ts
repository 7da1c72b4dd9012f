import { Aspects, type Stack } from 'aws-cdk-lib'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { beforeAll, expect, test } from 'vitest'
import { nagReasons } from './nag-reasons.ts'
import { awsEnvironment, synthesize } from './synthesize.ts'

const fargate = (name: string, more = '') =>
  awsEnvironment(
    name,
    `storage: {driver: s3, bucket: ${name}-images}\nhost: {kind: fargate, region: eu-west-1}\ndomain: registry.example.com\n` +
      `dns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}\n${more}`,
  )

let app: (name: string) => Template
const looked: Stack[] = []
beforeAll(() => {
  const environments = [
    fargate('nightly', 'collection: {run: job, schedule: 0 3 * * *}\npermissionsBoundary: bounded'),
    fargate('hidden', 'collection: {run: job}\nnetwork: {private: true, natGateways: 1}'),
    fargate('inside', 'collection: {}'),
  ]
  const look = (stack: Stack) => {
    looked.push(stack)
    Aspects.of(stack).add(new AwsSolutionsChecks({ verbose: false }))
  }
  const { template } = synthesize(environments, { look })
  app = name => template(`registry-${name}`)
}, 120_000)

const only = (template: Template, type: string) => {
  const [[id, resource] = [], ...more] = Object.entries(template.findResources(type))
  if (id === undefined || resource === undefined || more.length > 0) throw new Error(`not one ${type}`)
  return { id, properties: resource.Properties }
}
const storageOf = (template: Template) => {
  const { properties } = only(template, 'AWS::ECS::TaskDefinition')
  const variables: { Name: string; Value: unknown }[] = properties.ContainerDefinitions[0].Environment
  return JSON.parse(String(variables.find(({ Name }) => Name === 'REGISTRY_STORAGE')?.Value))
}

test('a schedule starts the registry’s own task to collect garbage, where the service stands', () => {
  const template = app('nightly')
  const { id: task } = only(template, 'AWS::ECS::TaskDefinition')
  const { id: cluster } = only(template, 'AWS::ECS::Cluster')
  const service = only(template, 'AWS::ECS::Service').properties.NetworkConfiguration.AwsvpcConfiguration
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    Target: {
      Arn: { 'Fn::GetAtt': [cluster, 'Arn'] },
      EcsParameters: {
        TaskDefinitionArn: { Ref: task },
        TaskCount: 1,
        LaunchType: 'FARGATE',
        NetworkConfiguration: { AwsvpcConfiguration: service },
      },
      Input: '{"containerOverrides":[{"name":"registry","command":["garbage-collect","--quiet"]}]}',
    },
  })
  expect(service.AssignPublicIp).toBe('ENABLED')
  expect(storageOf(template).maintenance).toBeUndefined()
})

test('without public addresses where the service has none', () => {
  app('hidden').hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1440 minutes)',
    Target: Match.objectLike({
      EcsParameters: Match.objectLike({ NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }) } }),
    }),
  })
})

test('may start that task in that cluster, hand on its two roles to ECS, and nothing else', () => {
  const template = app('nightly')
  const { id: task, properties } = only(template, 'AWS::ECS::TaskDefinition')
  const { id: cluster } = only(template, 'AWS::ECS::Cluster')
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('CollectionPolicy'),
    PolicyDocument: {
      Statement: [
        {
          Action: 'ecs:RunTask',
          Effect: 'Allow',
          Resource: { Ref: task },
          Condition: { ArnEquals: { 'ecs:cluster': { 'Fn::GetAtt': [cluster, 'Arn'] } } },
        },
        {
          Action: 'iam:PassRole',
          Effect: 'Allow',
          Resource: [properties.ExecutionRoleArn, properties.TaskRoleArn],
          Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        },
      ],
    },
  })
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
    PermissionsBoundary: Match.anyValue(),
  })
})

test('is not there where one of the processes that serve collects', () => {
  app('inside').resourceCountIs('AWS::Scheduler::Schedule', 0)
  expect(storageOf(app('inside')).maintenance).toEqual({ garbagecollect: { enabled: true, schedule: '24h' } })
})

test('has nothing against it by the rules of AWS Solutions', () => {
  const findings = looked.flatMap(stack =>
    stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === 'aws:cdk:error' || type === 'aws:cdk:warning')
          .map(({ data }) => `${node.path} ${data}`),
      ),
  )
  expect(findings.length).toBeGreaterThan(0)
  expect(findings.filter(finding => finding.includes('/Collection/'))).toEqual([])
  expect(nagReasons.length).toBeGreaterThan(0)
})
