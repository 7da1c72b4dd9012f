import { beforeAll, expect, it } from 'vitest'
import { aws, type CdkProject } from '../support/cdk/cdk-project.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { doubleProject } from './support/double-project.ts'
import { localstack, startLocalstack } from './support/localstack.ts'

const domain = 'registry.example.com'

/** Where each resource of the data stack is looked for after the deployment; `template`: LocalStack only pretends, and says so here. */
const shownBy = {
  'AWS::S3::Bucket': 'read back, but for lifecycle and logging, which LocalStack does not tell',
  'AWS::S3::BucketPolicy': 'read back',
  'AWS::SecretsManager::Secret': 'read back',
  'AWS::SSM::Parameter': 'read back',
  'AWS::CertificateManager::Certificate': 'read back; nobody validates it, and its records are not made',
  'AWS::EC2::EIP': 'template: an empty stand-in',
} as const

/** A real `cdk bootstrap` and `cdk deploy`, of the data stacks of both kinds of host. */
suite('the data stack, on LocalStack', [localstack, aws], () => {
  let project: CdkProject
  let outputs: Awaited<ReturnType<CdkProject['deploy']>>
  let before: Awaited<ReturnType<CdkProject['preflight']>>
  let common: string
  const taken = (region: string) =>
    `storage: {driver: s3, bucket: e2e-taken, existing: true, region: ${region}}\nhost: {kind: instance, region: us-east-1}\n`

  beforeAll(async () => {
    project = await doubleProject(await temporaryFolder(), await startLocalstack())
    const { HostedZone } = await project.aws<{ HostedZone: { Id: string } }>(
      'route53',
      'create-hosted-zone',
      '--name',
      'example.com',
      '--caller-reference',
      'e2e',
    )
    common = `
engine: cdk
domain: ${domain}
dns: {by: route53, zone: example.com, zoneId: ${HostedZone.Id.split('/').at(-1)}}
image: {reference: 'ghcr.io/example/bucket-registry:1'}
labels: {team: build}
`
    await project.write('small', `${common}storage: {driver: s3, bucket: e2e-small}\nhost: {kind: instance, region: us-east-1}\n`)
    await project.write(
      'large',
      `${common}storage: {driver: s3, bucket: e2e-large, undoDays: 7}\nhost: {kind: fargate, region: us-east-1, accessLogs: true}\n`,
    )
    await project.write('taken', `${common}${taken('eu-west-8')}`)
    before = await project.preflight('small')
    await project.cdk('bootstrap', 'aws://000000000000/us-east-1')
    outputs = await project.deploy('registry-small-data', 'registry-large-data', 'registry-taken-data')
  })

  const told = async (name: string) =>
    (await project.aws<{ Parameter: { Value: string } }>('ssm', 'get-parameter', '--name', `/bucket-registry/${name}`)).Parameter.Value

  it('knows of each of its resources how it is shown', async () => {
    const templates = await Promise.all(['registry-small-data', 'registry-large-data'].map(stack => project.template(stack)))
    const types = templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type))
    expect([...new Set(types)].toSorted()).toEqual(Object.keys(shownBy).toSorted())
  })

  it('prints the bucket, and makes it so that nobody else reads it, and nobody at all without TLS', async () => {
    expect(outputs['registry-small-data']).toMatchObject({ bucket: 'e2e-small', region: 'us-east-1', signingVersion: 'v4' })
    const bucket = ['--bucket', 'e2e-small']
    expect(await project.aws('s3api', 'get-public-access-block', ...bucket)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    })
    expect(await project.aws('s3api', 'get-bucket-encryption', ...bucket)).toMatchObject({
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    })
    expect(await project.aws('s3api', 'get-bucket-ownership-controls', ...bucket)).toEqual({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    })
    const { Policy } = await project.aws<{ Policy: string }>('s3api', 'get-bucket-policy', ...bucket)
    expect(JSON.parse(Policy).Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  it('keeps versions where the file says so, and labels as tags', async () => {
    expect(await project.aws('s3api', 'get-bucket-versioning', '--bucket', 'e2e-large')).toEqual({ Status: 'Enabled' })
    expect(await project.aws('s3api', 'get-bucket-versioning', '--bucket', 'e2e-small')).toBeNull()
    const { TagSet } = await project.aws<{ TagSet: unknown[] }>('s3api', 'get-bucket-tagging', '--bucket', 'e2e-large')
    expect(TagSet).toEqual(
      expect.arrayContaining([
        { Key: 'team', Value: 'build' },
        { Key: 'bucket-registry.environment', Value: 'large' },
      ]),
    )
  })

  it('makes a password of its own, which no output and no parameter shows', async () => {
    const secret = async (name: string) => {
      const { SecretString } = await project.aws<{ SecretString: string }>(
        'secretsmanager',
        'get-secret-value',
        '--secret-id',
        await told(name),
      )
      return JSON.parse(SecretString)
    }
    const [small, large] = [await secret('small/user'), await secret('large/user')]
    expect(small).toMatchObject({ username: 'docker', password: expect.stringMatching(/^.{20,}$/) })
    expect(large.password).not.toBe(small.password)
    expect(JSON.stringify(outputs)).not.toContain(small.password)
    expect(Object.values(await secret('small/http-secret'))[0]).toMatch(/^.{32,}$/)
  })

  it('asks for the certificate of a load balancer, and for none where the registry has its own', async () => {
    const { CertificateSummaryList } = await project.aws<{ CertificateSummaryList: { DomainName: string; CertificateArn: string }[] }>(
      'acm',
      'list-certificates',
    )
    expect(CertificateSummaryList).toMatchObject([{ DomainName: domain, CertificateArn: await told('large/certificate') }])
  })

  it('tells the other stack by parameters, and exports nothing', async () => {
    expect(await told('small/bucket')).toBe('e2e-small')
    const { Exports } = await project.aws<{ Exports: { Name: string }[] }>('cloudformation', 'list-exports')
    expect(Exports.map(({ Name }) => Name)).toEqual(['CdkBootstrap-hnb659fds-FileAssetKeyArn'])
  })

  it('is told by kit preflight what is missing before, and what is its own after', async () => {
    expect(before).toMatchObject({
      credentials: { verdict: 'good', says: expect.stringContaining('arn:aws:iam::000000000000:') },
      bootstrap: { verdict: 'bad', says: expect.stringContaining('npx cdk bootstrap aws://ACCOUNT/us-east-1') },
      bucket: { verdict: 'good', says: expect.stringContaining('the name e2e-small is free') },
      zone: { says: expect.stringContaining('the zone above must name') },
    })
    expect(await project.preflight('small')).toMatchObject({
      bootstrap: { verdict: 'good' },
      bucket: { verdict: 'good', says: "e2e-small is this environment's own" },
    })
  })

  it('does what its file says since it was edited, by a plain deployment', async () => {
    expect(outputs['registry-taken-data']?.region).toBe('eu-west-8')
    await project.write('taken', `${common}${taken('eu-west-9')}`)
    expect((await project.deploy('registry-taken-data'))['registry-taken-data']?.region).toBe('eu-west-9')
  })

  // S3Bucket the templates alone show: LocalStack resolves what resources refer to that a false condition leaves out, and fails for that.
  it('takes a parameter over its file, keeps it, and takes its file again once it is given empty', async () => {
    const again = ['--app', 'cdk.out', 'registry-small-data']
    const region = async (...parameters: string[]) =>
      (await project.deploy(...again, ...parameters.flatMap(each => ['--parameters', each])))['registry-small-data']?.region

    expect(await region('S3Region=eu-west-9')).toBe('eu-west-9')
    expect(await region()).toBe('eu-west-9')
    expect(await region('S3Region=')).toBe('us-east-1')
  })

  it('shows by cdk diff what an edited file would change, and nothing else', async () => {
    const diff = () => project.cdk('diff', '--fail', 'registry-taken-data')
    expect(await diff()).toContain('There were no differences')

    await project.write('taken', `${common}${taken('eu-west-9')}auth: {by: password, user: builder}\n`)
    await expect(diff()).rejects.toThrow(/AWS::SecretsManager::Secret.*builder/s)
  })

  // What the templates say is kept (`DeletionPolicy`), LocalStack deletes all the same: that a bucket stays, an account shows (test/e2e/aws).
  it('is destroyed by cdk destroy, alone', async () => {
    await project.cdk('destroy', '--force', 'registry-small-data')

    await expect(told('small/bucket')).rejects.toThrow('ParameterNotFound')
    expect(await told('large/bucket')).toBe('e2e-large')
  })
})
