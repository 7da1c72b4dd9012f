import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { stubAppFolder } from '../support/app-folder.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { awsEnvironment, synthesize } from './synthesize.ts'

markSecrets()

const behindDns = 'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}\n'
const fargate = (name: string, { storage = '', host = '', more = behindDns } = {}) =>
  awsEnvironment(name, `storage: {driver: s3, bucket: ${name}-images${storage}}\nhost: {kind: fargate, region: eu-west-1${host}}\n${more}`)

/** One synthesis for all: the import alone takes seconds. */
const environments = [
  fargate('plain', {
    host: ", account: '111122223333'",
    more: `${behindDns}labels: {team: build}\nregistry: {log: {fields: {site: 'a \${b}'}}}`,
  }),
  fargate('full', {
    storage: ', encryption: kms, undoDays: 7, tiering: intelligent, accessLogs: true, prefix: team/registry',
    host: ', accessLogs: true, waf: {by: managed}',
    more: `${behindDns}permissionsBoundary: bounded\nmonitoring: {enabled: false}\nauth: {by: none}`,
  }),
  fargate('copied', { storage: ', undoDays: 7, replicateTo: "arn:aws:s3:::copy", onDestroy: empty' }),
  fargate('elsewhere', {
    storage:
      ', existing: true, endpoint: "https://s3.example.com", region: r, signingVersion: v2, keysSecret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf"',
    more: 'domain: registry.example.com\ncertificate: {by: import, arn: "arn:aws:acm:eu-west-1:111122223333:certificate/1"}\nimage: {reference: ghcr.io/example/bucket-registry:1, secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:pull-AbCdEf"}\ncache: [{url: "https://quay.io"}, {prefix: docker.io, url: "https://registry-1.docker.io", secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf"}]',
  }),
  fargate('taken', {
    storage: ', existing: true, encryption: kms, kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/theirs"',
    more: `${behindDns}auth: {by: tokens, user: builder}`,
  }),
  fargate('new-zone', { more: 'domain: registry.example.com\ndns: {by: route53, zone: registry.example.com}\nnetwork: {private: true}' }),
  awsEnvironment(
    'small-private',
    'storage: {driver: s3, bucket: small-images}\nhost: {kind: instance, region: eu-west-1}\nnetwork: {private: true}',
  ),
  awsEnvironment(
    'small',
    `storage: {driver: s3, bucket: small-images, kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/former"}\nhost: {kind: instance, region: eu-west-1}\n${behindDns}`,
  ),
]

let all: ReturnType<typeof synthesize>
const synthesized = () => all
// After the marks were made.
beforeAll(() => {
  all = synthesize(environments)
}, 120_000)
const data = (name: string) => synthesized().template(`registry-${name}-data`)
const app = (name: string) => synthesized().template(`registry-${name}`)
const properties = (template: ReturnType<typeof data>, type: string) => {
  const [found, ...more] = Object.values(template.findResources(type))
  if (found === undefined || more.length > 0) throw new Error(`not one ${type}`)
  return found.Properties
}
const tags = (...more: unknown[]) =>
  Match.arrayWith([{ Key: 'bucket-registry.environment', Value: 'plain' }, ...more, { Key: 'team', Value: 'build' }])

describe('the bucket', () => {
  test('is nobody else’s, encrypted, by TLS alone, and forgets what uploads left', () => {
    data('plain').hasResource('AWS::S3::Bucket', {
      Properties: {
        BucketName: 'plain-images',
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ Id: 'abort-forgotten-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
        VersioningConfiguration: Match.absent(),
        Tags: tags(),
      },
      // A first deployment that fails takes it away again: it would be in the way of the next.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
    data('plain').hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      },
    })
  })

  test('has a key of KMS, versions for a while, cheaper layers and a log, where the file says so', () => {
    data('full').hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [Match.objectLike({ BucketKeyEnabled: true })] },
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { LogFilePrefix: 'images/' },
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ Id: 'abort-forgotten-uploads' }),
          { Id: 'undo', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 }, ExpiredObjectDeleteMarker: true },
          Match.objectLike({
            Prefix: 'team/registry/docker/registry/v2/blobs/',
            Transitions: [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 0 }],
          }),
        ],
      },
    })
    data('full').hasResource('AWS::KMS::Key', { Properties: { EnableKeyRotation: true }, DeletionPolicy: 'RetainExceptOnCreate' })
  })

  test('is copied to another one, and goes with its stack, where the file says so', () => {
    data('copied').hasResource('AWS::S3::Bucket', {
      Properties: {
        ReplicationConfiguration: { Rules: [Match.objectLike({ Destination: { Bucket: 'arn:aws:s3:::copy' }, Status: 'Enabled' })] },
      },
      DeletionPolicy: 'Delete',
    })
  })

  test('is not made where it is there already', () => {
    for (const name of ['elsewhere', 'taken']) data(name).resourceCountIs('AWS::S3::Bucket', 0)
  })

  test('that was kept can become the stack’s again, since it has a name and says what becomes of it: what an import asks for', () => {
    for (const name of ['plain', 'full']) {
      const { Images } = data(name).findResources('AWS::S3::Bucket')
      expect([Images?.Properties.BucketName, Images?.DeletionPolicy]).toEqual([`${name}-images`, 'RetainExceptOnCreate'])
    }
  })

  test('and all that is kept beside it go with a first deployment that fails; nothing else has a name that would be in the way of the next', () => {
    const kept = [data('full'), data('new-zone')].flatMap(template => Object.values(template.toJSON().Resources)) as {
      DeletionPolicy?: string
    }[]
    expect(new Set(kept.map(({ DeletionPolicy }) => DeletionPolicy))).not.toContain('Retain')
    for (const { name } of environments) {
      for (const template of [data(name), app(name)]) {
        for (const type of ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'])
          for (const { Properties } of Object.values(template.findResources(type)))
            expect([Properties?.Name, Properties?.LogGroupName]).toEqual([undefined, undefined])
      }
    }
  })

  test('needs no function to go', () => {
    for (const { name } of environments)
      for (const template of [data(name), app(name)]) template.resourceCountIs('AWS::Lambda::Function', 0)
  })
})

describe('the parameters', () => {
  const both = ['S3Bucket', 'S3Endpoint', 'S3Region', 'S3SigningVersion']

  test('are empty unless somebody gives them, in both stacks', () => {
    for (const name of both) {
      data('plain').hasParameter(name, { Type: 'String', Default: '' })
      app('plain').hasParameter(name, { Type: 'String', Default: '' })
    }
    app('plain').hasParameter('ImageUri', { Type: 'String', Default: '' })
    app('plain').hasParameter('S3SigningVersion', { AllowedValues: ['', 'v2', 'v4'] })
  })

  test.each([
    ['REGISTRY_STORAGE_S3_REGION', 'S3Region', 'eu-west-1'],
    ['REGISTRY_STORAGE_S3_SIGNINGVERSION', 'S3SigningVersion', 'v4'],
    ['REGISTRY_STORAGE_S3_REGIONENDPOINT', 'S3Endpoint', ''],
  ])('win over the file, which counts where they are empty: %s', (variable, parameter, inFile) => {
    app('plain').hasCondition(`${parameter}Given`, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, ''] }] })
    expect(variables('plain')[variable]).toEqual({ 'Fn::If': [`${parameter}Given`, { Ref: parameter }, inFile] })
  })

  test('are told as they came out', () => {
    const outputs = app('plain').findOutputs('*')
    expect(outputs.region?.Value).toEqual({ 'Fn::If': ['S3RegionGiven', { Ref: 'S3Region' }, 'eu-west-1'] })
    expect(outputs.signingVersion?.Value).toEqual({ 'Fn::If': ['S3SigningVersionGiven', { Ref: 'S3SigningVersion' }, 'v4'] })
    expect(outputs.endpoint?.Value['Fn::If'].slice(0, 2)).toEqual(['S3EndpointGiven', { Ref: 'S3Endpoint' }])
    expect(outputs.image?.Value['Fn::If'].slice(0, 2)).toEqual(['ImageUriGiven', { Ref: 'ImageUri' }])
  })

  test('are refused as version 2 without an endpoint, where the file has none', () => {
    const rule = {
      RuleCondition: { 'Fn::Equals': [{ Ref: 'S3SigningVersion' }, 'v2'] },
      Assertions: [
        {
          Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'S3Endpoint' }, ''] }] },
          AssertDescription: 'S3SigningVersion v2 needs S3Endpoint: Amazon S3 takes version 4 alone.',
        },
      ],
    }
    for (const template of [data('plain'), app('plain')]) expect(template.toJSON().Rules.S3SigningVersionAndEndpoint).toEqual(rule)
    expect(app('elsewhere').toJSON().Rules.S3SigningVersionAndEndpoint).toBeUndefined()
  })

  test('name a bucket that exists: then none is made', () => {
    data('plain').hasCondition('MakesBucket', {
      'Fn::And': [
        { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'S3Bucket' }, ''] }, { 'Fn::Equals': [{ Ref: 'S3Bucket' }, 'plain-images'] }] },
        { 'Fn::Not': [{ Condition: 'S3EndpointGiven' }] },
      ],
    })
    for (const [id, resource] of Object.entries({
      ...data('full').findResources('AWS::S3::Bucket'),
      ...data('full').findResources('AWS::KMS::Key'),
    })) {
      if (!id.startsWith('Logs')) expect([id, resource.Condition]).toEqual([id, 'MakesBucket'])
    }
    expect(data('plain').findOutputs('bucket').bucket?.Value).toEqual({ 'Fn::If': ['S3BucketGiven', { Ref: 'S3Bucket' }, 'plain-images'] })
  })

  test('are refused as another bucket once the stack has made one: two marks cannot change places under one name', () => {
    const { BeganWithItsOwnBucket: own, BeganWithAGivenBucket: given } = data('plain').findResources('AWS::SSM::Parameter')
    expect(own?.Properties.Name).toBe('/bucket-registry/plain/the-images-stay-in-the-bucket-that-this-stack-began-with')
    expect(given?.Properties.Name).toBe(own?.Properties.Name)
    expect([own?.Condition, given?.Condition]).toEqual(['MakesBucket', 'TakesBucket'])
    data('plain').hasCondition('TakesBucket', { 'Fn::Not': [{ Condition: 'MakesBucket' }] })
    expect(Object.keys(data('taken').findResources('AWS::SSM::Parameter'))).not.toContain('BeganWithItsOwnBucket')
  })

  test('are refused as a bucket that is not the data stack’s', () => {
    const ofData = toldBy('plain', 'bucket')
    app('plain').hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/bucket-registry/plain/served-bucket',
      Value: { 'Fn::If': ['S3BucketGiven', { Ref: 'S3Bucket' }, { Ref: ofData }] },
      AllowedPattern: { 'Fn::Join': ['', ['^', { Ref: ofData }, '$']] },
    })
  })
})

describe('a store elsewhere', () => {
  test('is opened by keys from Secrets Manager, and the role may do nothing there', () => {
    expect(secrets('elsewhere')).toMatchObject({
      REGISTRY_STORAGE_S3_ACCESSKEY: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf:accessKey::',
      REGISTRY_STORAGE_S3_SECRETKEY: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf:secretKey::',
    })
    expect(variables('elsewhere')).toMatchObject({
      REGISTRY_STORAGE_S3_REGIONENDPOINT: { 'Fn::If': ['S3EndpointGiven', { Ref: 'S3Endpoint' }, 'https://s3.example.com'] },
      REGISTRY_STORAGE_S3_SIGNINGVERSION: { 'Fn::If': ['S3SigningVersionGiven', { Ref: 'S3SigningVersion' }, 'v2'] },
    })
    expect(actions('elsewhere').filter(action => action.startsWith('s3:'))).toEqual([])
  })
})

describe('the image', () => {
  const images = (name: string) => JSON.parse(readFileSync(join(synthesized().outdir, `registry-${name}.assets.json`), 'utf8')).dockerImages

  test('is built for ARM from the app’s folder, unless the file names one', () => {
    expect(Object.values(images('plain'))).toMatchObject([{ source: { platform: 'linux/arm64' } }])
    expect(images('elsewhere')).toEqual({})
  })

  test('that the file names is pulled by whom the file names', () => {
    const [container] = properties(app('elsewhere'), 'AWS::ECS::TaskDefinition').ContainerDefinitions
    expect(container.Image).toEqual({ 'Fn::If': ['ImageUriGiven', { Ref: 'ImageUri' }, 'ghcr.io/example/bucket-registry:1'] })
    expect(container.RepositoryCredentials).toEqual({
      CredentialsParameter: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:pull-AbCdEf',
    })
  })

  test('is missed with a sentence', () => {
    expect(() => synthesize([fargate('plain')], { appFolder: stubAppFolder({ bundle: null }) })).toThrow(
      /dist\/registry\.mjs is missing in .*: npm run build makes it/,
    )
  })
})

test('a cache asks its upstreams by the name and password of a secret, which the host may read', () => {
  expect(secrets('elsewhere')).toMatchObject({
    REGISTRY_PROXY_UPSTREAMS_0_USERNAME: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf:username::',
    REGISTRY_PROXY_UPSTREAMS_0_PASSWORD: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf:password::',
  })
  expect(JSON.parse(String(variables('elsewhere').REGISTRY_PROXY))).toEqual({
    remoteurl: 'https://quay.io',
    upstreams: [{ prefix: 'docker.io', remoteurl: 'https://registry-1.docker.io' }],
  })
  expect(variables('plain').REGISTRY_PROXY).toBeUndefined()
})

describe('names and certificates', () => {
  test('a certificate is validated by records in the zone that is there, and goes to the other stack by a stored parameter', () => {
    data('plain').hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'registry.example.com',
      DomainValidationOptions: [{ DomainName: 'registry.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    })
    data('plain').resourceCountIs('AWS::Route53::HostedZone', 0)
    app('plain').hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Certificates: [{ CertificateArn: { Ref: toldBy('plain', 'certificate') } }],
    })
    for (const { name } of environments) {
      for (const template of [data(name), app(name)])
        for (const output of Object.values(template.findOutputs('*'))) expect(output.Export).toBeUndefined()
    }
  })

  test('a zone is made where none is named, kept, and its name servers are told', () => {
    data('new-zone').hasResource('AWS::Route53::HostedZone', {
      Properties: { Name: 'registry.example.com.' },
      DeletionPolicy: 'RetainExceptOnCreate',
    })
    data('new-zone').hasOutput('nameServers', {})
  })

  test('records lead to the load balancer by IPv4 and IPv6; without a zone the deployment says which are needed', () => {
    for (const Type of ['A', 'AAAA']) app('plain').hasResourceProperties('AWS::Route53::RecordSet', { Name: 'registry.example.com.', Type })
    app('elsewhere').resourceCountIs('AWS::Route53::RecordSet', 0)
    app('elsewhere').hasOutput('dnsRecords', {})
  })

  test('an imported certificate is the listener’s', () => {
    app('elsewhere').hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }],
    })
    data('elsewhere').resourceCountIs('AWS::CertificateManager::Certificate', 0)
  })
})

describe('the service on Fargate', () => {
  test('takes TLS 1.3, sends plain HTTP there, and waits as long as a push does', () => {
    app('plain').hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    })
    app('plain').hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
    })
    app('plain').hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      IpAddressType: 'dualstack',
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'idle_timeout.timeout_seconds', Value: '1200' }]),
    })
    // The registry's own patience is the longer.
    expect(JSON.parse(String(variables('plain').REGISTRY_HTTP))).toMatchObject({
      host: 'https://registry.example.com',
      timeouts: { idle: '1260s' },
      trustedproxies: ['10.0.0.0/16'],
    })
  })

  test('goes back by itself when a deployment fails, and is never fewer than before', () => {
    app('plain').hasResource('AWS::ECS::Service', {
      Properties: {
        DesiredCount: Match.absent(),
        DeploymentConfiguration: {
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
        },
        EnableExecuteCommand: false,
        NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'ENABLED' }) },
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('LoadBalancerHttps')]),
    })
    app('plain').hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 10 })
    app('plain').resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2)
  })

  test('is asked whether it is alive, and ends its requests before it goes', () => {
    app('plain').hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: '/healthz',
      Port: 5000,
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '900' }]),
    })
  })

  test('runs as nobody on a root that is read-only, on ARM, and its memory is shared out', () => {
    const task = properties(app('plain'), 'AWS::ECS::TaskDefinition')
    expect(task).toMatchObject({ Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } })
    expect(task.ContainerDefinitions).toMatchObject([
      {
        Command: ['serve'],
        User: '65532:65532',
        ReadonlyRootFilesystem: true,
        StopTimeout: 120,
        LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
        LogConfiguration: { LogDriver: 'awslogs', Options: { mode: 'non-blocking' } },
      },
    ])
    expect(JSON.parse(String(variables('plain').REGISTRY_STORAGE)).s3.uploadmemory).toBe((Math.floor(1024 / 1.5) - 196) * 2 ** 20)
  })

  test('reads its secrets from Secrets Manager', () => {
    expect(Object.keys(secrets('plain'))).toEqual(['REGISTRY_HTTP_SECRET', 'REGISTRY_AUTH_HTPASSWD_PASSWORD'])
    expect(Object.keys(secrets('full'))).toEqual(['REGISTRY_HTTP_SECRET'])
    expect(Object.keys(secrets('taken'))).toEqual(['REGISTRY_HTTP_SECRET', 'REGISTRY_AUTH_LOCAL_PASSWORD'])
    expect(variables('taken').REGISTRY_AUTH_LOCAL_USERNAME).toBe('builder')
    data('plain').resourceCountIs('AWS::SecretsManager::Secret', 2)
    data('plain').hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: Match.absent(),
      GenerateSecretString: { SecretStringTemplate: '{"username":"docker"}', GenerateStringKey: 'password', PasswordLength: 32 },
    })
  })

  test('may do what the registry does, to its own bucket and prefix', () => {
    const statements = policies('full').filter(({ Sid }) => Sid !== undefined)
    expect(statements.map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['Images', ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject']],
      ['ListImages', ['s3:ListBucket', 's3:ListBucketMultipartUploads']],
      ['ExamineBucket', ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetLifecycleConfiguration']],
      ['ImagesKey', ['kms:Decrypt', 'kms:GenerateDataKey']],
    ])
    expect(JSON.stringify(statements.find(({ Sid }) => Sid === 'Images')?.Resource)).toContain('/team/registry/*')
    expect(statements.find(({ Sid }) => Sid === 'ListImages')?.Condition).toEqual({
      StringLikeIfExists: { 's3:prefix': 'team/registry/*' },
    })
  })

  test('may use the key of a bucket that is there', () => {
    expect(policies('taken').find(({ Sid }) => Sid === 'ImagesKey')).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: 'arn:aws:kms:eu-west-1:111122223333:key/theirs',
    })
    data('taken').resourceCountIs('AWS::KMS::Key', 0)
  })

  test('stands in public subnets without a NAT gateway, with a way to S3 that costs nothing', () => {
    app('plain').resourceCountIs('AWS::EC2::NatGateway', 0)
    app('plain').hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })
  })

  test('is private where the file says so: no gateway, no public address, nobody from outside', () => {
    const template = app('new-zone')
    template.resourceCountIs('AWS::EC2::InternetGateway', 0)
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', IpAddressType: 'ipv4' })
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'DISABLED' }) },
    })
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
      JSON.stringify(Properties.ServiceName),
    )
    for (const service of ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'])
      expect(endpoints.some(name => name.includes(service))).toBe(true)
    expect(JSON.stringify(template.toJSON())).not.toContain('"0.0.0.0/0","Description":"The registry"')
  })

  test('reaches, as an instance from which nothing leads out, whoever it tells that it answers, and how it is', () => {
    const template = app('small-private')
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
    const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }))
      .map(({ Properties }) => /eu-west-1\.([\w.]+)/.exec(JSON.stringify(Properties.ServiceName))?.[1])
      .toSorted()

    expect(services).toEqual(['cloudformation', 'ecr.api', 'ecr.dkr', 'logs', 'monitoring', 'secretsmanager', 'ssm', 'ssmmessages'])
  })

  test('has a firewall that reads no bodies, and a log of requests, where the file says so', () => {
    const acl = properties(app('full'), 'AWS::WAFv2::WebACL')
    expect(acl.Rules.map(({ Name }: { Name: string }) => Name)).toEqual(['bad-reputation', 'too-many-requests'])
    app('full').resourceCountIs('AWS::WAFv2::WebACLAssociation', 1)
    app('full').hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'access_logs.s3.enabled', Value: 'true' },
        { Key: 'access_logs.s3.bucket', Value: { Ref: toldBy('full', 'logs') } },
      ]),
    })
    app('plain').resourceCountIs('AWS::WAFv2::WebACL', 0)
  })
})

describe('the instance', () => {
  test('may still use the key by which images were encrypted before', () => {
    expect(policies('small').find(({ Sid }) => Sid === 'ImagesKey')).toMatchObject({
      Resource: 'arn:aws:kms:eu-west-1:111122223333:key/former',
    })
    data('small').hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    })
  })

  test('begins when its name leads to it', () => {
    const [group] = Object.values(app('small').findResources('AWS::AutoScaling::AutoScalingGroup'))
    const [record] = Object.keys(app('small').findResources('AWS::Route53::RecordSet'))
    expect(group?.DependsOn).toContain(record)
  })
})

describe('who watches', () => {
  test('each alarm names a paragraph that there is', () => {
    const headings = readFileSync('docs/operations.md', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('#'))
      .map(line => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'))
    for (const name of ['plain', 'small']) {
      const alarms = Object.values(app(name).findResources('AWS::CloudWatch::Alarm'))
      expect(alarms.length).toBeGreaterThan(4)
      for (const { Properties } of alarms) {
        const [, heading] = /What to do: docs\/operations\.md#(\S+)$/.exec(Properties.AlarmDescription) ?? []
        expect(headings).toContain(heading)
      }
    }
  })

  test('is told of slow answers on both hosts, and of what the load balancer answers itself', () => {
    const watched = (name: string) =>
      Object.values(app(name).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
        [Properties.Namespace, Properties.MetricName].join(' '),
      )

    expect(watched('plain')).toEqual(
      expect.arrayContaining(['AWS/ApplicationELB TargetResponseTime', 'AWS/ApplicationELB HTTPCode_ELB_5XX_Count']),
    )
    expect(watched('small')).toContain('bucket-registry Latency')
  })

  test('sees on the dashboard how long a certificate of the registry’s own lasts', () => {
    const shown = (name: string) => JSON.stringify(Object.values(app(name).findResources('AWS::CloudWatch::Dashboard')))

    expect(shown('small')).toContain('CertificateDays')
    expect(shown('plain')).toContain('DaysToExpiry')
    expect(shown('plain')).toContain('HTTPCode_ELB_5XX_Count')
  })

  test('misses a host of which nothing is heard', () => {
    for (const name of ['plain', 'small']) {
      const silent = app(name).findResources('AWS::CloudWatch::Alarm', { Properties: { TreatMissingData: 'breaching' } })
      expect(Object.values(silent).map(({ Properties }) => Properties.MetricName)).toEqual([
        name === 'small' ? 'Unhealthy' : 'UnHealthyHostCount',
      ])
    }
  })

  test('looks at the log by fields that a filter can name', () => {
    const patterns = Object.values(app('plain').findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties.FilterPattern)
    expect(patterns).toContain('{ ($.level = "error") && ($.msg = "service unavailable") }')
    for (const pattern of patterns) expect(pattern).not.toMatch(/\$\.\w+\.\w/)
  })

  test('is off by one line', () => {
    app('full').resourceCountIs('AWS::CloudWatch::Alarm', 0)
    app('full').resourceCountIs('AWS::CloudWatch::Dashboard', 0)
    app('plain').resourceCountIs('AWS::CloudWatch::Dashboard', 1)
  })
})

describe('both stacks', () => {
  test('follow each other: the data comes first', () => {
    const { stacks } = synthesized()
    for (const { name } of environments) expect(stacks.indexOf(`registry-${name}-data`)).toBeLessThan(stacks.indexOf(`registry-${name}`))
  })

  test('hold the names of what must not be replaced', () => {
    expect(data('full').findResources('AWS::S3::Bucket')).toHaveProperty('Images')
    expect(data('full').findResources('AWS::KMS::Key')).toHaveProperty('ImagesKey')
    expect(data('new-zone').findResources('AWS::Route53::HostedZone')).toHaveProperty('Zone')
    expect(data('small').findResources('AWS::EC2::EIP')).toHaveProperty('Address')
    expect(Object.keys(data('plain').findResources('AWS::SecretsManager::Secret'))).toEqual(['HttpSecret', 'UserSecret'])
  })

  test('keep an address for an instance, and for nothing else', () => {
    data('plain').resourceCountIs('AWS::EC2::EIP', 0)
    app('small').hasResourceProperties('AWS::Route53::RecordSet', {
      Type: 'A',
      TTL: '300',
      ResourceRecords: [{ Ref: toldBy('small', 'address') }],
    })
  })

  test('bound every role, and tag everything, where the file says so', () => {
    for (const template of [data('full'), app('full')]) {
      for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
        expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(':policy/bounded')
      }
    }
    app('plain').hasResourceProperties('AWS::ECS::Service', { Tags: tags() })
  })

  test('go where the file says, and need no look-up', () => {
    const manifest = JSON.parse(readFileSync(join(synthesized().outdir, 'manifest.json'), 'utf8'))
    expect(manifest.artifacts['registry-plain'].environment).toBe('aws://111122223333/eu-west-1')
    expect(manifest.artifacts['registry-plain-data'].environment).toBe('aws://111122223333/eu-west-1')
    expect(manifest.missing).toBeUndefined()
  })

  test('hold no secret and no path of this machine', () => {
    const { outdir } = synthesized()
    const files = readdirSync(outdir).filter(name => name.endsWith('.template.json') || name.endsWith('.assets.json'))
    expect(files).toHaveLength(4 * environments.length)
    for (const name of files) {
      const content = readFileSync(join(outdir, name), 'utf8')
      expect(content, name).not.toContain(mark)
      expect(content, name).not.toContain(process.cwd())
      expect(content, name).not.toContain(outdir)
    }
  })
})

function variables(name: string): Record<string, unknown> {
  const [container] = properties(app(name), 'AWS::ECS::TaskDefinition').ContainerDefinitions
  return Object.fromEntries(container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]))
}

function secrets(name: string): Record<string, unknown> {
  const [container] = properties(app(name), 'AWS::ECS::TaskDefinition').ContainerDefinitions
  return Object.fromEntries(container.Secrets.map(({ Name, ValueFrom }: { Name: string; ValueFrom: unknown }) => [Name, ValueFrom]))
}

interface Statement {
  readonly Sid?: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

function policies(name: string): readonly Statement[] {
  return Object.values(app(name).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
}

const actions = (name: string) => policies(name).flatMap(({ Action }) => Action)

/** The parameter by which the app stack reads what the data stack told. */
function toldBy(environment: string, name: string): string {
  data(environment).hasResourceProperties('AWS::SSM::Parameter', { Name: `/bucket-registry/${environment}/${name}` })
  const found = Object.entries(app(environment).findParameters('*')).find(
    ([, { Default }]) => Default === `/bucket-registry/${environment}/${name}`,
  )
  if (!found) throw new Error(`nobody asks for ${name}`)
  return found[0]
}
