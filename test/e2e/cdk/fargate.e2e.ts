import { beforeAll, expect, it } from 'vitest'
import { aws, type CdkProject } from '../support/cdk/cdk-project.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { doubleProject } from './support/double-project.ts'
import { account, moto, startMoto } from './support/moto.ts'

const domain = 'registry.example.com'

/** Where each resource of the service is looked for after the deployment; `template`: moto only pretends, and says so here. */
const shownBy = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'template: moto skips it',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'template: moto skips it',
  'AWS::EC2::RouteTable': 'template: nothing goes through it',
  'AWS::EC2::SecurityGroup': 'read back',
  'AWS::EC2::SecurityGroupEgress': 'template: moto skips it',
  'AWS::EC2::SecurityGroupIngress': 'template: between the groups',
  'AWS::EC2::Subnet': 'read back',
  'AWS::EC2::SubnetRouteTableAssociation': 'template: nothing goes through it',
  'AWS::EC2::VPC': 'read back, by its subnets',
  'AWS::EC2::VPCEndpoint': 'read back',
  'AWS::ECS::Cluster': 'read back',
  'AWS::ECS::Service': 'read back, but for its launch type, network and load balancer, which moto forgets',
  'AWS::ECS::TaskDefinition': 'read back',
  'AWS::ElasticLoadBalancingV2::Listener': 'read back',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'read back, but for its attributes, which moto forgets',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'read back',
  'AWS::IAM::Policy': 'template: moto asks no policy',
  'AWS::IAM::Role': 'template: moto asks no role',
  'AWS::Logs::LogGroup': 'read back',
  'AWS::Logs::MetricFilter': 'template: moto skips it',
  'AWS::Route53::RecordSet': 'read back',
  'AWS::SSM::Parameter': 'read back, by the bucket that is served',
} as const

/** A real `cdk bootstrap` and `cdk deploy` of the service, to what the data stack would have told it of. */
suite('the service on Fargate, on moto', [moto, aws], () => {
  let project: CdkProject
  let outputs: Record<string, string>
  let certificate: string
  let zone: string
  const secrets: Record<string, string> = {}

  beforeAll(async () => {
    project = await doubleProject(await temporaryFolder(), await startMoto())
    const [made, requested, http, user] = await Promise.all([
      project.aws<{ HostedZone: { Id: string } }>(
        ...['route53', 'create-hosted-zone', '--name', 'example.com', '--caller-reference', 'e2e'],
      ),
      project.aws<{ CertificateArn: string }>('acm', 'request-certificate', '--domain-name', domain, '--validation-method', 'DNS'),
      project.aws<{ ARN: string }>('secretsmanager', 'create-secret', '--name', 'http', '--secret-string', '{"secret":"s"}'),
      project.aws<{ ARN: string }>('secretsmanager', 'create-secret', '--name', 'user', '--secret-string', '{"password":"p"}'),
    ])
    zone = made.HostedZone.Id.split('/').at(-1) ?? ''
    certificate = requested.CertificateArn
    Object.assign(secrets, { http: http.ARN, user: user.ARN })
    await project.write(
      'e2e',
      `engine: cdk
domain: ${domain}
dns: {by: route53, zone: example.com, zoneId: ${zone}}
image: {reference: 'ghcr.io/example/bucket-registry:1'}
storage: {driver: s3, bucket: e2e-images}
host: {kind: fargate, region: us-east-1}
# What moto's CloudFormation does not know: the IPv6 addresses of a network that is not private, and the attributes that alarms go by.
network: {private: true}
monitoring: {enabled: false}
`,
    )
    // Only where there is something to be deployed.
    await project.cdk('bootstrap', `aws://${account}/us-east-1`)
    const told = { bucket: 'e2e-images', zone, certificate, 'http-secret': http.ARN, user: user.ARN }
    for (const [name, value] of Object.entries(told)) {
      await project.aws('ssm', 'put-parameter', '--type', 'String', '--name', `/bucket-registry/e2e/${name}`, '--value', value)
    }
    outputs = (await project.deploy('--exclusively', 'registry-e2e'))['registry-e2e'] ?? {}
  })

  it('knows of each of its resources how it is shown', async () => {
    const { Resources } = await project.template('registry-e2e')
    expect([...new Set(Object.values(Resources).map(({ Type }) => Type))].toSorted()).toEqual(Object.keys(shownBy).toSorted())
  })

  it('prints where the registry is, and how to get in', () => {
    expect(outputs).toMatchObject({
      url: `https://${domain}`,
      bucket: 'e2e-images',
      image: 'ghcr.io/example/bucket-registry:1',
      loginCommand: `docker login ${domain} --username docker`,
    })
  })

  it('stands in a network of two zones without a NAT gateway, and reaches what it needs of AWS', async () => {
    const [{ Subnets }, { NatGateways }, { VpcEndpoints }] = await Promise.all([
      project.aws<{ Subnets: { AvailabilityZone: string }[] }>('ec2', 'describe-subnets', '--filters', 'Name=default-for-az,Values=false'),
      project.aws<{ NatGateways: unknown[] }>('ec2', 'describe-nat-gateways'),
      project.aws<{ VpcEndpoints: { ServiceName: string }[] }>('ec2', 'describe-vpc-endpoints'),
    ])
    expect(new Set(Subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size).toBe(2)
    expect(NatGateways).toEqual([])
    expect(VpcEndpoints.map(({ ServiceName }) => ServiceName.replace('com.amazonaws.us-east-1.', '')).toSorted()).toEqual([
      'ecr.api',
      'ecr.dkr',
      'logs',
      's3',
      'secretsmanager',
    ])
  })

  it('has a load balancer with the certificate, to which plain HTTP is sent', async () => {
    const { LoadBalancers } = await project.aws<{ LoadBalancers: { LoadBalancerArn: string }[] }>('elbv2', 'describe-load-balancers')
    expect(LoadBalancers).toMatchObject([{ Scheme: 'internal', Type: 'application' }])
    const balancer = ['--load-balancer-arn', LoadBalancers[0]?.LoadBalancerArn ?? '']
    const [{ Listeners }, { TargetGroups }, { SecurityGroups }] = await Promise.all([
      project.aws<{ Listeners: { Port: number }[] }>('elbv2', 'describe-listeners', ...balancer),
      project.aws<{ TargetGroups: unknown[] }>('elbv2', 'describe-target-groups'),
      project.aws<{ SecurityGroups: { Description: string; IpPermissions: { FromPort: number }[] }[] }>('ec2', 'describe-security-groups'),
    ])
    expect(Listeners.toSorted((a, b) => a.Port - b.Port)).toMatchObject([
      { Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443' } }] },
      {
        ...{ Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate }] },
        ...{ SslPolicy: expect.stringMatching(/TLS13/), DefaultActions: [{ Type: 'forward' }] },
      },
    ])
    const [admits] = SecurityGroups.filter(({ Description }) => Description.startsWith('The load balancer'))
    expect(admits?.IpPermissions.map(({ FromPort }) => FromPort).toSorted((a, b) => a - b)).toEqual([80, 443])
    expect(TargetGroups).toMatchObject([{ Port: 5000, Protocol: 'HTTP', TargetType: 'ip', HealthCheckPath: '/healthz' }])
  })

  it('runs the registry as its file says, its secrets by reference', async () => {
    const { serviceArns } = await project.aws<{ serviceArns: string[] }>('ecs', 'list-services', '--cluster', await cluster())
    const { services } = await project.aws<{ services: { taskDefinition: string }[] }>(
      ...['ecs', 'describe-services', '--cluster', await cluster(), '--services', serviceArns[0] ?? ''],
    )
    const { taskDefinition } = await project.aws<{ taskDefinition: { containerDefinitions: unknown[] } }>(
      ...['ecs', 'describe-task-definition', '--task-definition', services[0]?.taskDefinition ?? ''],
    )
    expect(taskDefinition.containerDefinitions).toMatchObject([
      {
        ...{ image: 'ghcr.io/example/bucket-registry:1', command: ['serve'], readonlyRootFilesystem: true, user: '65532:65532' },
        environment: expect.arrayContaining([{ name: 'REGISTRY_STORAGE_S3_BUCKET', value: 'e2e-images' }]),
        secrets: expect.arrayContaining([
          { name: 'REGISTRY_HTTP_SECRET', valueFrom: `${secrets.http}:secret::` },
          { name: 'REGISTRY_AUTH_HTPASSWD_PASSWORD', valueFrom: `${secrets.user}:password::` },
        ]),
      },
    ])
  })

  const cluster = async () => (await project.aws<{ clusterArns: string[] }>('ecs', 'list-clusters')).clusterArns[0] ?? ''

  it('leads the name to it, keeps its log, and serves the bucket of the data stack', async () => {
    const [{ ResourceRecordSets }, { logGroups }] = await Promise.all([
      project.aws<{ ResourceRecordSets: { Type: string }[] }>('route53', 'list-resource-record-sets', '--hosted-zone-id', zone),
      project.aws<{ logGroups: unknown[] }>('logs', 'describe-log-groups'),
    ])
    expect(ResourceRecordSets.filter(({ Type }) => Type === 'A')).toMatchObject([
      { Name: `${domain}.`, AliasTarget: { DNSName: expect.stringMatching(/\.elb\.amazonaws\.com$/) } },
    ])
    const served = await project.aws<{ Parameter: { Value: string } }>(
      'ssm',
      'get-parameter',
      '--name',
      '/bucket-registry/e2e/served-bucket',
    )
    expect(served.Parameter.Value).toBe('e2e-images')
    expect(logGroups).toMatchObject([{ logGroupName: outputs.logGroup, retentionInDays: 90 }])
  })

  it('leaves an account of which kit preflight tells what the next environment finds there', async () => {
    await project.write(
      'next',
      `engine: cdk
domain: ${domain}
dns: {by: manual}
certificate: {by: import, arn: '${certificate}'}
image: {reference: 'ghcr.io/example/bucket-registry:1'}
storage: {driver: s3, bucket: e2e-next}
host: {kind: fargate, region: us-east-1}
`,
    )
    expect(await project.preflight('next')).toMatchObject({
      credentials: { verdict: 'good', says: expect.stringContaining(account) },
      bootstrap: { verdict: 'good' },
      bucket: { verdict: 'good', says: expect.stringContaining('is free') },
      quotas: { says: expect.stringMatching(/^2 of 5 VPCs are used; how many vCPUs on Fargate .* is not told/) },
      // Nobody validates one there.
      certificate: { verdict: 'bad', says: expect.stringContaining('its status is PENDING_VALIDATION') },
    })
  })
})
