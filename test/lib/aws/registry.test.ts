import { Aws, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { describe, expect, test } from 'vitest'
import { type IRegistry, Registry, type RegistryProps } from '../../../lib/aws/registry.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { testApp } from './synthesize.ts'

const credentialsArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-AbCdEf'

function stackWith(make: (stack: Stack) => IRegistry): { stack: Stack; registry: IRegistry } {
  const stack = new Stack(testApp(), 'mine')
  return { stack, registry: make(stack) }
}

/** With props that are things of the same stack. */
const madeBeside = (props: (stack: Stack) => Partial<RegistryProps>) =>
  stackWith(
    stack =>
      new Registry(stack, 'Registry', {
        domainName: 'registry.example.com',
        hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' }),
        appFolder: stubAppFolder(),
        ...props(stack),
      }),
  )

const made = (props: Partial<RegistryProps> = {}) => madeBeside(() => props)

/** Those of the registry's container, by their names. */
function variablesOf(template: Template) {
  const containers = Object.values(template.findResources('AWS::ECS::TaskDefinition')).flatMap(task => task.Properties.ContainerDefinitions)
  const variables: { Name: string; Value: unknown }[] = containers.find(({ Name }) => Name === 'registry').Environment
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]))
}

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
    const values = variablesOf(template)
    const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'))
    expect(values.REGISTRY_STORAGE_S3_BUCKET).toEqual({ Ref: bucket })
    expect(values.REGISTRY_STORAGE_S3_REGION).toEqual({ Ref: 'AWS::Region' })
    expect(JSON.parse(String(values.REGISTRY_LOG))).toMatchObject({ level: 'warn' })
    expect(JSON.parse(String(values.REGISTRY_ACCESS))).toEqual(access)
    expect(JSON.parse(String(values.REGISTRY_STORAGE)).s3.rootdirectory).toBe('team')
  })

  test('believes the load balancer of a network that was given, and nobody elsewhere', () => {
    const { stack } = stackWith(
      stack =>
        new Registry(stack, 'Registry', {
          domainName: 'registry.example.com',
          hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' }),
          appFolder: stubAppFolder(),
          vpc: new Vpc(stack, 'Vpc', { ipAddresses: IpAddresses.cidr('172.20.0.0/16') }) as IVpc,
        }),
    )
    const [[vpc] = []] = Object.entries(Template.fromStack(stack).findResources('AWS::EC2::VPC'))
    const range = { 'Fn::GetAtt': [vpc, 'CidrBlock'] }

    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Environment: Match.arrayWith([{ Name: 'REGISTRY_HTTP_TRUSTEDPROXIES', Value: { 'Fn::Join': ['', ['["', range, '"]']] } }]),
        }),
      ]),
    })
  })

  test('stands, where nobody shall reach it from outside, in subnets with a way out, and not beside the databases', () => {
    const { stack } = madeBeside(stack => ({
      internal: true,
      vpc: new Vpc(stack, 'Vpc', {
        subnetConfiguration: [
          { name: 'public', subnetType: SubnetType.PUBLIC },
          { name: 'app', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
          { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED },
        ],
      }) as IVpc,
    }))
    const subnets = [{ Ref: Match.stringLikeRegexp('^VpcappSubnet') }, { Ref: Match.stringLikeRegexp('^VpcappSubnet') }]

    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: subnets, AssignPublicIp: 'DISABLED' } },
    })
  })

  test('asks for a bucket where that is, and by its path where no certificate is for its name', () => {
    const { stack } = madeBeside(stack => ({
      bucket: Bucket.fromBucketAttributes(stack, 'Theirs', { bucketName: 'images.over-there', region: 'ap-northeast-1' }),
    }))

    expect(variablesOf(Template.fromStack(stack))).toMatchObject({
      REGISTRY_STORAGE_S3_BUCKET: 'images.over-there',
      REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
      REGISTRY_STORAGE_S3_REGION: 'ap-northeast-1',
    })
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

describe('a registry that another one follows', () => {
  const secretIn = (stack: Stack, name: string) =>
    Secret.fromSecretCompleteArn(stack, name, `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`)
  const followed = (more: (stack: Stack) => Partial<RegistryProps>) => {
    const stack = new Stack(testApp(), 'mine')
    const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' })
    new Registry(stack, 'Registry', { domainName: 'registry.example.com', hostedZone, appFolder: stubAppFolder(), ...more(stack) })
    return Template.fromStack(stack)
  }
  const hasStandby = (template: Template, container: object) =>
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Name: 'standby', EntryPoint: ['node', '/registry-copy.mjs'], ...container })],
    })
  const named = (name: string, valueFrom: unknown) => ({ Name: name, ValueFrom: valueFrom })

  test('has a task beside it, which signs in here as the first user', () => {
    const template = followed(stack => ({ standby: { target: 'b.example.com', secret: secretIn(stack, 'there') } }))

    const there = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:there-AbCdEf'
    const [user] = Object.keys(
      template.findResources('AWS::SecretsManager::Secret', { Properties: { GenerateSecretString: { GenerateStringKey: 'password' } } }),
    )
    hasStandby(template, {
      Command: ['--watch', '--interval', '30s', 'registry.example.com', 'b.example.com'],
      Secrets: [
        named('COPY_FROM_USER', { 'Fn::Join': ['', [{ Ref: user }, ':username::']] }),
        named('COPY_FROM_PASSWORD', { 'Fn::Join': ['', [{ Ref: user }, ':password::']] }),
        named('COPY_TO_USER', `${there}:username::`),
        named('COPY_TO_PASSWORD', `${there}:password::`),
      ],
    })
  })

  test('is followed as its props say', () => {
    const template = followed(stack => ({
      standby: {
        ...{ target: 'b.example.com/mirror/**', repositories: 'team/**', interval: '5m', delete: true },
        sourceSecret: secretIn(stack, 'here'),
      },
    }))

    const here = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:here-AbCdEf'
    hasStandby(template, {
      Command: ['--watch', '--interval', '5m', '--delete', 'registry.example.com/team/**', 'b.example.com/mirror/**'],
      Secrets: [named('COPY_FROM_USER', `${here}:username::`), named('COPY_FROM_PASSWORD', `${here}:password::`)],
    })
  })

  test('may be in a network that was given, whose ways out are its own affair', () => {
    const template = followed(stack => ({ internal: true, vpc: new Vpc(stack, 'Vpc') as IVpc, standby: { target: 'b.example.com' } }))

    hasStandby(template, { Command: ['--watch', '--interval', '30s', 'registry.example.com', 'b.example.com'] })
  })

  test('is alone unless somebody asks for the other', () => {
    const template = followed(() => ({}))

    template.resourceCountIs('AWS::ECS::Service', 1)
  })
})

describe('what is known only when it is deployed', () => {
  const parameter = (stack: Stack) => new CfnParameter(stack, 'Given').valueAsString
  const text = (before: string, after: string) => ({
    'Fn::Join': ['', [Match.stringLikeRegexp(before), { Ref: 'Given' }, Match.stringLikeRegexp(after)]],
  })
  const hasVariable = (template: Template, Name: string, Value: unknown) =>
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Name: 'registry', Environment: Match.arrayWith([{ Name, Value }]) })],
    })

  test('may be its name', () => {
    const template = Template.fromStack(madeBeside(stack => ({ domainName: parameter(stack) })).stack)

    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: { Ref: 'Given' } })
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: { 'Fn::Join': ['', [{ Ref: 'Given' }, '.']] } })
    hasVariable(template, 'REGISTRY_HTTP', text('"host":"https://$', '^","timeouts"'))
  })

  test('may be its folder in the bucket, and the first user', () => {
    const template = Template.fromStack(madeBeside(stack => ({ prefix: `teams/${parameter(stack)}`, userName: Aws.ACCOUNT_ID })).stack)

    hasVariable(template, 'REGISTRY_STORAGE', text('"rootdirectory":"teams/$', '^"'))
    hasVariable(template, 'REGISTRY_AUTH_HTPASSWD_USERNAME', { Ref: 'AWS::AccountId' })
  })

  test('may be the range of its network, and the web ACL', () => {
    const { stack } = madeBeside(stack => {
      const vpc = new Vpc(stack, 'Vpc') as IVpc
      return { vpc, internal: true, admit: [vpc.vpcCidrBlock], waf: { by: 'arn', arn: Fn.importValue('acl') } }
    })
    const template = Template.fromStack(stack)

    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.arrayWith([
        Match.objectLike({ CidrIp: { 'Fn::GetAtt': [Match.anyValue(), 'CidrBlock'] }, FromPort: 443 }),
      ]),
    })
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: { 'Fn::ImportValue': 'acl' } })
  })

  test('may be in its configuration, and the standby', () => {
    const { stack } = madeBeside(stack => {
      const given = parameter(stack)
      const receivers = [`https://${given}/events`, Fn.importValue('receiver')].map((url, index) => ({ name: `n${index}`, url }))
      return { config: { notifications: { endpoints: receivers } }, standby: { target: `${given}/mirror/**`, repositories: 'team/**' } }
    })
    const template = Template.fromStack(stack)

    hasVariable(template, 'REGISTRY_NOTIFICATIONS', {
      'Fn::Join': [
        '',
        [
          '{"endpoints":[{"name":"n0","url":"https://',
          { Ref: 'Given' },
          '/events"},{"name":"n1","url":"',
          { 'Fn::ImportValue': 'receiver' },
          '"}]}',
        ],
      ],
    })
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          Command: Match.arrayWith(['registry.example.com/team/**', { 'Fn::Join': ['', [{ Ref: 'Given' }, '/mirror/**']] }]),
        }),
      ],
    })
  })

  test('cannot be a number that rules look at', () => {
    expect(() => made({ minTasks: Token.asNumber(Fn.importValue('tasks')) })).toThrow(
      /^mine\/Registry: its props have one mistake:\n {2}minTasks: must be a whole number from 1 to 1000 \(it is known only at the deployment\)$/,
    )
  })
})

describe('what is wrong with its props', () => {
  test.each([
    ['a size that there is not', { cpu: 512, memoryMiB: 8192 }, / memoryMiB: must be 1024 to 4096 in steps of 1024 beside cpu: 512/],
    ['one that follows itself', { standby: { target: 'registry.example.com' } }, /standby\.target: must be another registry than this one/],
    ['one that follows a repository', { standby: { target: 'b.example.com/team/app' } }, /standby\.target: must be a registry/],
    [
      'one that follows where few are admitted',
      { admit: ['203.0.113.0/24'], standby: { target: 'b.example.com' } },
      / admit: cannot be given with standby unless internal/,
    ],
    [
      'one that follows without a way out',
      { internal: true, standby: { target: 'b.example.com' } },
      / vpc: must be given beside internal and standby/,
    ],
    ['a key that config.yml has not', { config: { lgo: {} } }, / config\.lgo: unknown key; did you mean log\?/],
    ['a place for the images', { config: { storage: { s3: {} } } }, / config\.storage\.s3: follows from bucket and prefix$/],
    [
      'a secret',
      { config: { http: { secret: 'hunter2' } } },
      / config\.http\.secret: is a secret, and has no place in a template: .+ \(it says "\*\*\*"\)$/,
    ],
    [
      'whatever else there is beside it',
      { domainName: 'https://registry.example.com', prefix: '/team', userName: 'a b', logDays: 31 },
      /^mine\/Registry: its props have 4 mistakes:\n {2}domainName: .+ \(it says "https:\/\/registry\.example\.com"\)\n {2}prefix: .+\n {2}userName: .+\n {2}logDays: /,
    ],
  ])('%s is explained in their own words', (_, props, expected) => {
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
