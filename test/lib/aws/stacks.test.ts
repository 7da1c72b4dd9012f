import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { stubAppFolder } from '../support/app-folder.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { awsEnvironment, synthesize } from './synthesize.ts'

markSecrets()

const environment = awsEnvironment(
  'try',
  `storage: {driver: filesystem, sizeGiB: 80}
labels: {team: build}
registry: {log: {fields: {site: 'a \${b}'}}}
`,
)
// Synthesized in the first test: the marks must be there before.
let once: ReturnType<typeof synthesize> | undefined
const synthesized = () => {
  once ??= synthesize([environment])
  return once
}
const tags = (...more: unknown[]) =>
  Match.arrayWith([{ Key: 'bucket-registry.environment', Value: 'try' }, ...more, { Key: 'team', Value: 'build' }])

describe('the data stack', () => {
  const template = () => synthesized().template('registry-try-data')

  test('holds an encrypted volume, which destroying leaves where it is', () => {
    template().hasResource('AWS::EC2::Volume', {
      Properties: {
        Encrypted: true,
        Size: 80,
        VolumeType: 'gp3',
        AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
        Tags: tags({ Key: 'Name', Value: 'registry-try' }),
      },
      // A first deployment that fails takes it away again.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
  })

  test('lets it go where the file says so, in the zone that it names', () => {
    const delible = awsEnvironment('delible', 'storage: {driver: filesystem, onDestroy: delete, availabilityZone: us-east-1b}')

    synthesize([delible])
      .template('registry-delible-data')
      .hasResource('AWS::EC2::Volume', { Properties: { AvailabilityZone: 'us-east-1b' }, DeletionPolicy: 'Delete' })
  })

  test('names volume and zone by parameters, and exports nothing that would lock it', () => {
    template().hasResourceProperties('AWS::SSM::Parameter', { Name: '/bucket-registry/try/volume' })
    template().hasResourceProperties('AWS::SSM::Parameter', { Name: '/bucket-registry/try/availability-zone' })
    template().hasOutput('volume', { Export: Match.absent() })
  })
})

describe('the app stack', () => {
  const template = () => synthesized().template('registry-try')

  test('holds nothing that could take images with it', () => {
    template().resourceCountIs('AWS::EC2::Volume', 0)
    template().resourceCountIs('AWS::S3::Bucket', 0)
    template().resourceCountIs('AWS::Lambda::Function', 0)
  })

  test('lets nobody in, and out by HTTPS only', () => {
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })],
    })
    template().resourceCountIs('AWS::EC2::SecurityGroupIngress', 0)
  })

  test('lets in the ranges that the file names', () => {
    const open = awsEnvironment('open', 'storage: {driver: filesystem}\nhost: {admit: [10.20.0.0/16]}')

    synthesize([open])
      .template('registry-open')
      .hasResourceProperties('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.20.0.0/16', FromPort: 5000, ToPort: 5000, IpProtocol: 'tcp' })],
      })
  })

  test('starts an instance with IMDSv2 and an encrypted disk, without a key for SSH', () => {
    template().hasResourceProperties('AWS::EC2::Instance', {
      InstanceType: 't4g.small',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 8, VolumeType: 'gp3' } }],
      KeyName: Match.absent(),
      Tags: tags({ Key: 'Name', Value: 'registry-try/Host/Instance' }),
    })
  })

  test.each([
    ['t4g.small', 'arm64'],
    ['t3.small', 'x86_64'],
  ])('takes the image that fits %s', (instanceType, architecture) => {
    const sized = awsEnvironment('sized', `storage: {driver: filesystem}\nhost: {instanceType: ${instanceType}}`)

    const parameters = Object.values(synthesize([sized]).template('registry-sized').findParameters('*'))
    expect(parameters).toContainEqual({
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: expect.stringMatching(new RegExp(`al2023-ami-.*-${architecture}$`)),
    })
  })

  test('puts it where the volume is, as the parameters of the data stack say', () => {
    const parameters = template().findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>' })
    const zone = Object.entries(parameters).find(([, { Default }]) => Default === '/bucket-registry/try/availability-zone')?.[0]

    expect(zone).toBeDefined()
    template().hasResourceProperties('AWS::EC2::Instance', { AvailabilityZone: { Ref: zone } })
    template().hasResourceProperties('AWS::EC2::Subnet', { AvailabilityZone: { Ref: zone } })
  })

  test('may read its own file, attach its own volume, and talk to Session Manager', () => {
    const statements = Object.values(template().findResources('AWS::IAM::Policy')).flatMap(
      policy => policy.Properties.PolicyDocument.Statement,
    )

    expect(statements.map(({ Action, Condition }) => ({ Action, Condition }))).toEqual([
      { Action: 's3:GetObject', Condition: undefined },
      { Action: 'ec2:AttachVolume', Condition: undefined },
      { Action: 'ec2:AttachVolume', Condition: { StringEquals: { 'aws:ResourceTag/bucket-registry.environment': 'try' } } },
    ])
    expect(JSON.stringify(statements[0].Resource)).toMatch(/\/[0-9a-f]{64}\.mjs/)
    expect(JSON.stringify(statements[1].Resource)).toContain('bucketregistrytryvolume')
    template().hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: [Match.objectLike({ 'Fn::Join': Match.anyValue() })] })
    expect(JSON.stringify(template().findResources('AWS::IAM::Role'))).toContain(':iam::aws:policy/AmazonSSMManagedInstanceCore')
  })

  test('prints where the registry is, and the command that leads to it', () => {
    template().hasOutput('url', {})
    expect(JSON.stringify(template().findOutputs('tunnel'))).toMatch(
      /aws ssm start-session --region .*AWS-StartPortForwardingSession --parameters portNumber=5000,localPortNumber=5000/,
    )
  })

  test('makes a new instance for a new app', () => {
    const instances = (bundle: string) =>
      Object.keys(synthesize([environment], stubAppFolder({ bundle })).template('registry-try').findResources('AWS::EC2::Instance'))

    expect(instances('one')).toEqual(instances('one'))
    expect(instances('one')).not.toEqual(instances('other'))
  })
})

describe('both stacks', () => {
  test('follow each other: the volume comes first', () => {
    expect(synthesized().stacks).toEqual(['registry-try-data', 'registry-try'])
  })

  test('go where the file says', () => {
    const placed = awsEnvironment('placed', `storage: {driver: filesystem}\nhost: {region: eu-west-1, account: '123456789012'}`)
    const manifest = JSON.parse(readFileSync(join(synthesize([placed]).outdir, 'manifest.json'), 'utf8'))

    expect(manifest.artifacts['registry-placed'].environment).toBe('aws://123456789012/eu-west-1')
    expect(manifest.artifacts['registry-placed-data'].environment).toBe('aws://123456789012/eu-west-1')
  })

  test('need no look-up, no image and no Docker', () => {
    const { outdir } = synthesized()
    const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
    const assets = JSON.parse(readFileSync(join(outdir, 'registry-try.assets.json'), 'utf8'))

    expect(manifest.missing).toBeUndefined()
    expect(assets.dockerImages).toEqual({})
  })

  test('hold no secret and no path of this machine', () => {
    const { outdir } = synthesized()
    const files = readdirSync(outdir).filter(name => name.endsWith('.template.json') || name.endsWith('.assets.json'))
    expect(files).toHaveLength(4)
    for (const name of files) {
      const content = readFileSync(join(outdir, name), 'utf8')
      expect(content, name).not.toContain(mark)
      expect(content, name).not.toContain(process.cwd())
      expect(content, name).not.toContain(outdir)
    }
  })
})

test('a missing bundle is explained', () => {
  expect(() => synthesize([environment], stubAppFolder({ bundle: null }))).toThrow(
    /dist\/registry\.mjs is missing in .*: npm run build makes it/,
  )
})
