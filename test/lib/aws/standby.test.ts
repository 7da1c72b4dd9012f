import { Aspects, type Stack } from 'aws-cdk-lib'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { beforeAll, expect, test } from 'vitest'
import { nagReasons } from './nag-reasons.ts'
import { awsEnvironment, synthesize } from './synthesize.ts'

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`

const findings: string[] = []
let template: Template
beforeAll(() => {
  const environment = awsEnvironment(
    'followed',
    `storage: {driver: s3, bucket: images}
host: {kind: fargate, region: eu-west-1}
domain: a.example.com
dns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}
standby: {target: b.example.com, delete: true, secret: "${secret('there')}"}
`,
  )
  const stacks: Stack[] = []
  const synthesized = synthesize([environment], {
    look: stack => {
      stacks.push(stack)
      Aspects.of(stack).add(new AwsSolutionsChecks({ verbose: false }))
    },
  })
  template = synthesized.template('registry-followed')
  for (const { node } of stacks.flatMap(stack => stack.node.findAll())) {
    for (const { type, data } of node.metadata)
      if (
        /^aws:cdk:(error|warning)$/.test(type) &&
        !nagReasons.some(({ rule, path }) => String(data).startsWith(rule) && path.test(node.path))
      )
        findings.push(`${node.path}: ${data}`)
  }
}, 120_000)

test('is a service of one task from the registry’s image, which ends before the next starts', () => {
  template.hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: 1,
    DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100, DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
    LoadBalancers: [],
  })
  // The first start may pull the image, and read the passwords.
  template.hasResource('AWS::ECS::Service', {
    Properties: { LoadBalancers: [] },
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('StandbyTaskExecutionRoleDefaultPolicy')]),
  })
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Cpu: '256',
    Memory: '512',
    ContainerDefinitions: [
      Match.objectLike({
        Name: 'standby',
        EntryPoint: ['node', '/registry-copy.mjs'],
        Command: ['--watch', '--interval', '30s', '--delete', 'a.example.com', 'b.example.com'],
        User: '65532:65532',
        ReadonlyRootFilesystem: true,
        Environment: Match.absent(),
        PortMappings: Match.absent(),
      }),
    ],
  })
})

test('signs in here as the first user and there as its secret says, neither of which is in the template', () => {
  const named = (name: string, valueFrom: unknown) => ({ Name: name, ValueFrom: valueFrom })

  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({
        Name: 'standby',
        Secrets: [
          named('COPY_FROM_USER', { 'Fn::Join': ['', [Match.anyValue(), ':username::']] }),
          named('COPY_FROM_PASSWORD', { 'Fn::Join': ['', [Match.anyValue(), ':password::']] }),
          named('COPY_TO_USER', `${secret('there')}:username::`),
          named('COPY_TO_PASSWORD', `${secret('there')}:password::`),
        ],
      }),
    ],
  })
})

test('has nothing against it by the rules of AWS Solutions, but for reasons that are written down', () => {
  expect(findings).toEqual([])
})
