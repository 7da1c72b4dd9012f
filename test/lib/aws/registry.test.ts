import { Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { describe, expect, test } from 'vitest'
import { type IRegistry, Registry, type RegistryProps } from '../../../lib/aws/registry.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { testApp } from './synthesize.ts'

const credentialsArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-AbCdEf'

function stackWith(make: (stack: Stack) => IRegistry): { stack: Stack; registry: IRegistry } {
  const stack = new Stack(testApp(), 'mine')
  return { stack, registry: make(stack) }
}

const made = (props: Partial<RegistryProps> = {}) =>
  stackWith(
    stack =>
      new Registry(stack, 'Registry', {
        domainName: 'registry.example.com',
        hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' }),
        appFolder: stubAppFolder(),
        ...props,
      }),
  )

const imported = () =>
  stackWith(stack => Registry.fromAttributes(stack, 'Registry', { domainName: 'registry.example.com', credentialsArn }))

describe('a registry in somebody’s own stack', () => {
  const access = [{ repositories: ['team/**'], who: ['signed-in'], actions: ['pull'] }]
  const { stack, registry } = made({ config: { log: { level: 'warn' }, access }, maxTasks: 3, prefix: 'team' })
  const template = Template.fromStack(stack)

  test('needs no more than a name and a zone', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'RetainExceptOnCreate' })
    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: 'registry.example.com' })
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'registry.example.com.', Type: 'AAAA' })
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 3 })
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1)
  })

  test('is configured for its bucket in its region, and as its props say', () => {
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
    const values = Object.fromEntries(
      task?.Properties.ContainerDefinitions[0].Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    )
    const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'))
    expect(values.REGISTRY_STORAGE_S3_BUCKET).toEqual({ Ref: bucket })
    expect(values.REGISTRY_STORAGE_S3_REGION).toEqual({ Ref: 'AWS::Region' })
    expect(JSON.parse(values.REGISTRY_LOG)).toMatchObject({ level: 'warn' })
    expect(JSON.parse(values.REGISTRY_ACCESS)).toEqual(access)
    expect(JSON.parse(values.REGISTRY_STORAGE).s3.rootdirectory).toBe('team')
  })

  test('measures itself', () => {
    if (!(registry instanceof Registry)) throw new Error('a registry was made')
    const names = [registry.metricErrors(), registry.metricStoreErrors(), registry.metricRefusedSignIns()].map(metric => metric.metricName)
    expect(names).toEqual(['Errors', 'StoreErrors', 'RefusedSignIns'])
    expect(registry.metricUnhealthy().metricName).toBe('UnHealthyHostCount')
    expect(registry.metricBalancerErrors()?.metricName).toBe('HTTPCode_ELB_5XX_Count')
    expect(registry.metricLatency()?.statistic).toBe('p50')
  })
})

describe('what is wrong with its props', () => {
  test.each([
    ['a size that there is not', { cpu: 512, memoryMiB: 8192 }, /host\.memoryMiB: must be 1024 to 4096/],
    ['a key that config.yml has not', { config: { lgo: {} } }, /registry\.lgo: unknown key; did you mean log\?/],
  ])('%s is explained as in a file', (_, props, expected) => {
    expect(() => made(props)).toThrow(expected)
  })

  test('a certificate from nowhere is missed', () => {
    const withoutZone = () =>
      stackWith(stack => new Registry(stack, 'Registry', { domainName: 'registry.example.com', appFolder: stubAppFolder() }))

    expect(withoutZone).toThrow('mine/Registry: certificate must be given, or hostedZone, where one can be validated')
  })
})

describe('a registry that was made elsewhere', () => {
  test('lets a role read the credentials by which images are pulled and pushed', () => {
    const { stack, registry } = imported()
    const role = new Role(stack, 'Builder', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') })

    registry.grantPull(role)
    registry.grantPush(role)

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: credentialsArn }),
        ],
      },
    })
  })

  test('gives its images to containers of ECS, with the credentials to pull them', () => {
    const { stack, registry } = imported()
    const task = new FargateTaskDefinition(stack, 'Task')

    task.addContainer('app', { image: registry.containerImage('team/app:1') })

    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({ Image: 'registry.example.com/team/app:1', RepositoryCredentials: { CredentialsParameter: credentialsArn } }),
      ],
    })
  })
})
