import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { instanceStack, userDataOf } from './support/instance-stack.ts'

const { host, stack, template } = instanceStack()

describe('a registry on one instance', () => {
  test('is replaced when it fails, by a group of one', () => {
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: '1', MaxSize: '2', DesiredCapacity: Match.absent(), HealthCheckType: 'EC2' },
    })
  })

  test('changes to a new instance only after the registry answers there', () => {
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT15M' } },
      UpdatePolicy: { AutoScalingRollingUpdate: Match.objectLike({ MinInstancesInService: 1, WaitOnResourceSignals: true }) },
    })
    expect(userDataOf(template)).toContain(`RESOURCE='${groupId()}'`)
  })

  test('has IMDSv2 with one hop for the container, an encrypted disk, and no key for SSH', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        InstanceType: 't4g.small',
        KeyName: Match.absent(),
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } }],
      },
    })
  })

  test.each([
    ['t4g.small', 'arm64'],
    ['t3.small', 'x86_64'],
  ] as const)('takes the image of Amazon Linux that fits %s', (instanceType, architecture) => {
    const image = { uri: 'ghcr.io/you/registry:1', architecture, grantPull() {} }
    const sized = instanceStack({ instanceType, image })

    expect(Object.values(sized.template.findParameters('*')).map(({ Default }) => Default)).toContainEqual(
      expect.stringMatching(new RegExp(`al2023-ami-.*-${architecture}$`)),
    )
  })

  test('refuses an image that its processor cannot run', () => {
    expect(() => instanceStack({ instanceType: 't3.small' })).toThrow('t3.small is x86_64, and its image is for arm64')
  })

  test('lets in who is admitted, by HTTPS; everybody sees the proofs for the certificate', () => {
    const open = instanceStack({ admit: ['203.0.113.0/24', '2001:db8::/32'] })

    open.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '203.0.113.0/24', FromPort: 443, ToPort: 443 }),
        Match.objectLike({ CidrIpv6: '2001:db8::/32', FromPort: 443, ToPort: 443 }),
        Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 80, ToPort: 80 }),
      ],
    })
  })

  test('without a certificate it is reached at port 5000 by who is admitted, and through Session Manager', () => {
    const plain = instanceStack({ certificate: 'none', admit: ['10.0.0.0/16'] })

    plain.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 5000, ToPort: 5000 })],
    })
    expect(plain.host.url).toBe('http://localhost:5000')
    expect(plain.host.outputs.tunnel?.value).toMatch(/^aws ssm start-session .*portNumber=5000,localPortNumber=5000$/)
  })

  test('says where it is, and what a record leads to', () => {
    expect(host.url).toBe('https://registry.example.com')
    expect(host.target).toEqual({ ipv4: '192.0.2.1' })
    expect(host.outputs.tunnel).toBeUndefined()
  })

  test('tells CloudWatch by itself whether the registry answers', () => {
    expect(stack.resolve(host.metrics.unhealthy.dimensions)).toEqual({ Host: name() })
    expect(userDataOf(template)).toContain(`METRIC_HOST='${name()}'`)
  })
})

describe('what the instance may do', () => {
  const statements = () =>
    Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement)

  test('is what its script does', () => {
    expect(statements().map(({ Action }) => Action)).toEqual([
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      'cloudformation:SignalResource',
      'cloudwatch:PutMetricData',
      [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      'ec2:AssociateAddress',
      'ec2:AssociateAddress',
    ])
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() })
  })

  test('to its own address and its own instances, as their tag says', () => {
    const associate = statements().filter(({ Action }) => Action === 'ec2:AssociateAddress')

    expect(JSON.stringify(associate)).toContain(':elastic-ip/eipalloc-0123456789abcdef0')
    expect(associate).toContainEqual(
      expect.objectContaining({ Condition: { StringEquals: { 'aws:ResourceTag/bucket-registry.host': name() } } }),
    )
    template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      Tags: Match.arrayWith([{ Key: 'bucket-registry.host', Value: name(), PropagateAtLaunch: true }]),
    })
  })

  test('is allowed before the first instance starts', () => {
    const [group] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'))

    expect(group?.DependsOn).toEqual(expect.arrayContaining([expect.stringContaining('RoleDefaultPolicy')]))
  })
})

const groupId = () => Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'))[0]
const name = () => host.metrics.unhealthy.dimensions?.Host
