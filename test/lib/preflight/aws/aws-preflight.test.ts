import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bootstrapNeeded } from '../../../../lib/preflight/aws/bootstrap.ts'
import { canBuild } from '../../../../lib/preflight/aws/image.ts'
import { preflight } from '../../../../lib/preflight/command.ts'
import { awsEnvironment, synthesize } from '../../aws/synthesize.ts'
import { stubAppFolder } from '../../support/app-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type AwsAnswers, awsDouble, emptyAccount, hostedZone, inStack, items, quota } from './support/aws-double.ts'

interface World {
  readonly answers?: AwsAnswers
  /** Zones by their name servers, as everybody's resolver gives them. */
  readonly zones?: Readonly<Record<string, readonly string[]>>
  readonly variables?: Readonly<Record<string, string>>
}

// The AWS SDK looks for credentials in the environment of the process.
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's')
})
afterEach(() => void vi.unstubAllEnvs())

async function ask(text: string, { answers = {}, zones = { 'example.com': ['ns-1.awsdns-1.com'] }, variables = {} }: World = {}) {
  const said: string[] = []
  const code = await preflight(
    'try',
    {},
    {
      out: text => said.push(text),
      variables: { AWS_ENDPOINT_URL: await awsDouble({ ...emptyAccount, ...answers }), ...variables },
      signal: new AbortController().signal,
      folder: temporaryFolder({ 'try.yml': `engine: cdk\nimage: {reference: 'ghcr.io/example/registry:1'}\n${text}\n` }),
      names: { resolve: async () => [], lookup: async () => [], nameServers: async zone => zones[zone] ?? [] },
    },
  )
  const lines = said.join('').split('\n')
  return { code, line: (name: string) => lines.find(line => line.startsWith(name))?.replace(/ {2,}/g, ' | ') }
}

const bucket = (more = '') => `storage: {driver: s3, bucket: images${more}}`
const named = 'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}'
const fargate = (more = '') => `host: {kind: fargate, region: eu-west-1${more}}`
const service = `${bucket()}\n${named}\n${fargate()}`
const instance = `${bucket()}\n${named}\nhost: {kind: instance, region: eu-west-1}`

test('an account in which nothing is in the way is said to be ready', async () => {
  const { code, line } = await ask(service)

  expect(line('credentials')).toBe('credentials | ok | arn:aws:iam::111122223333:user/me in eu-west-1')
  expect(line('bootstrap')).toBe('bootstrap | ok | version 28 is in eu-west-1')
  expect(line('image')).toBe('image | - | ghcr.io/example/registry:1 is there already, as the file says')
  expect(line('bucket')).toBe('bucket | ok | the name images is free; the deployment makes the bucket')
  expect(line('zone')).toBe('zone | ok | example.com is delegated to Route 53')
  expect(line('quotas')).toBe('quotas | ok | 1 of 5 VPCs are used; 5 vCPUs on Fargate, of which at most 5 are needed')
  expect(line('Nothing')).toBe('Nothing that was asked speaks against npx cdk deploy registry-try-data registry-try.')
  expect(code).toBe(0)
})

describe('credentials', () => {
  test('that are refused end the questions', async () => {
    const { code, line } = await ask(service, { answers: { 'sts GetCallerIdentity': { refused: 'InvalidClientTokenId', status: 403 } } })

    expect(line('credentials')).toBe('credentials | FAILED | STS answers GetCallerIdentity with InvalidClientTokenId')
    expect(line('bootstrap')).toBe('bootstrap | - | there is nobody to ask: see credentials')
    expect(code).toBe(1)
  })

  test('of another account than the file’s are told of', async () => {
    const { line } = await ask(`${bucket()}\n${named}\n${fargate(", account: '999988887777'")}`)

    expect(line('credentials')).toContain('FAILED | they are of the account 111122223333')
  })

  test('that may not ask something leave that open', async () => {
    const { code, line } = await ask(service, { answers: { 'ssm GetParameter': { refused: 'AccessDeniedException' } } })

    expect(line('bootstrap')).toContain(
      'note | it may not be asked by these credentials: SSM answers GetParameter with AccessDeniedException',
    )
    expect(code).toBe(0)
  })

  test('that are nowhere to be found end the questions too', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null')
    const { line } = await ask(service)

    expect(line('credentials')).toContain('FAILED | no AWS credentials, looked for in the environment, profiles,')
    expect(line('certificate')).toContain('| - | there is nobody to ask')
  })
})

describe('the bootstrap', () => {
  test.each([
    ['that was never made', { refused: 'ParameterNotFound' }, 'was never prepared for the CDK: npx cdk bootstrap aws://ACCOUNT/eu-west-1'],
    ['that is too old', { json: { Parameter: { Value: '5' } } }, 'version 5 is too old, 6 is needed: npx cdk bootstrap'],
  ])('%s is told of', async (_, answer, sentence) => {
    const { code, line } = await ask(service, { answers: { 'ssm GetParameter': answer } })

    expect(line('bootstrap')).toContain('FAILED')
    expect(line('bootstrap')).toContain(sentence)
    expect(code).toBe(1)
  })

  test('must be as new as the templates say', () => {
    const { outdir } = synthesize([awsEnvironment('try', instance)])
    const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))
    expect(artifacts['registry-try'].properties.requiresBootstrapStackVersion).toBe(bootstrapNeeded)
  }, 60_000)
})

describe('the image', () => {
  const built = async (script: string) => {
    const docker = join(temporaryFolder({ docker: `#!/bin/sh\n${script}\n` }), 'docker')
    chmodSync(docker, 0o755)
    return canBuild(stubAppFolder(), { variables: { ...process.env, CDK_DOCKER: docker }, signal: new AbortController().signal })
  }

  test('that has to be built needs a Docker that answers', async () => {
    expect(await built('echo 99.0')).toMatchObject({ verdict: 'good', says: expect.stringContaining('99.0 builds it') })
    expect(await built('echo "Cannot connect to the Docker daemon" >&2; exit 1')).toMatchObject({
      verdict: 'bad',
      says: expect.stringMatching(/no Docker that could build it: Cannot connect to the Docker daemon; or name one .* image\.reference/),
    })
  })
})

describe('the bucket', () => {
  const own = { 'cloudformation DescribeStackResource': inStack('images') }

  test.each([
    ['of this environment', '', { 's3 /images': { xml: '<ListBucketResult/>' }, ...own }, 'ok', 'is this environment’s own'],
    [
      'kept from an earlier one',
      '',
      { 's3 /images': { xml: '<ListBucketResult/>' } },
      'FAILED',
      'storage.existing: true uses it as it stands',
    ],
    ['of somebody else', '', { 's3 /images': { refused: 'AccessDenied', status: 403 } }, 'FAILED', 'the name images is taken'],
    ['that exists', ', existing: true', { 's3 /images': { xml: '<ListBucketResult/>' } }, 'ok', 'images is there'],
    ['that should exist', ', existing: true', {}, 'FAILED', 'there is no bucket images'],
    [
      'that only the registry may read',
      ', existing: true',
      { 's3 /images': { refused: 'AccessDenied', status: 403 } },
      'note',
      'may not read',
    ],
  ])('%s', async (_, more, answers: AwsAnswers, word, sentence) => {
    const { line } = await ask(service.replace('images}', `images${more}}`), { answers })

    expect(line('bucket')).toContain(`| ${word} |`)
    expect(line('bucket')).toContain(sentence.replace('’', "'"))
  })

  test('of another store is left to the doctor', async () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf'
    const other = bucket(`, existing: true, endpoint: 'https://s3.example.com', region: r, keysSecret: '${secret}'`)
    const missing = { 'secretsmanager DescribeSecret': { refused: 'ResourceNotFoundException' } }
    const found = await ask(`${other}\n${named}\n${fargate()}`, { answers: { 'secretsmanager DescribeSecret': { json: {} } } })

    expect(found.line('bucket')).toContain('| - | the images are in another store')
    expect(found.line('secrets')).toBe('secrets | ok | storage.keysSecret there')
    const without = await ask(`${other}\n${named}\n${fargate()}`, { answers: missing })
    expect(without.line('secrets')).toBe(`secrets | FAILED | storage.keysSecret: there is no secret ${secret}`)
  })

  test('that the registry’s section names is looked for', async () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-AbCdEf'
    const told = `registry: {notifications: {endpoints: [{name: a, url: {secret: "${secret}"}}]}}`
    const { line } = await ask(`${service}\n${told}`, {
      answers: { 'secretsmanager DescribeSecret': { refused: 'ResourceNotFoundException' } },
    })

    expect(line('secrets')).toBe(`secrets | FAILED | REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL: there is no secret ${secret}`)
  })

  test('that an upstream is asked by is looked for', async () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf'
    const { line } = await ask(
      `${service}\ncache: [{url: "https://quay.io"}, {prefix: docker.io, url: "https://registry-1.docker.io", secret: "${secret}"}]`,
      {
        answers: { 'secretsmanager DescribeSecret': { refused: 'ResourceNotFoundException' } },
      },
    )

    expect(line('secrets')).toBe(`secrets | FAILED | cache.1.secret: there is no secret ${secret}`)
  })
})

describe('the zone', () => {
  const there = 'route53 /2013-04-01/hostedzone/Z0123456789'

  test.each([
    ['that nobody is sent to', {}, {}, 'FAILED | nobody finds example.com: the zone above must name ns-1.awsdns-1.com'],
    [
      'that others are sent to',
      {},
      { 'example.com': ['ns.elsewhere'] },
      'FAILED | example.com is delegated to ns.elsewhere, and not to ns-1',
    ],
    [
      'that is not there',
      { [there]: { refused: 'NoSuchHostedZone', status: 404 } },
      undefined,
      'FAILED | there is no hosted zone Z0123456789',
    ],
    ['of another name', { [there]: hostedZone('example.org.', []) }, undefined, 'FAILED | the hosted zone Z0123456789 is example.org'],
    ['that is private', { [there]: hostedZone('example.com.', [], true) }, undefined, 'FAILED | example.com is a private zone'],
  ])('%s is told of', async (_, answers: AwsAnswers, zones: World['zones'], sentence) => {
    const { code, line } = await ask(service, { answers, ...(zones && { zones }) })

    expect(line('zone')).toContain(sentence)
    expect(code).toBe(1)
  })

  test('that is still to be made makes the deployment wait, which is said', async () => {
    const { code, line } = await ask(service.replace(', zoneId: Z0123456789', ''))

    expect(line('zone')).toContain('note | the deployment makes example.com')
    expect(code).toBe(0)
  })

  test('by somebody else is asked of everybody’s resolver', async () => {
    const { line } = await ask(instance.replace(/dns: .*/, 'dns: {by: manual}'), { zones: { 'example.com': ['ns.elsewhere'] } })

    expect(line('zone')).toBe('zone | ok | example.com is delegated to ns.elsewhere')
  })
})

describe('a certificate that is imported', () => {
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/1'
  const imported = `${bucket()}\ndomain: registry.example.com\ncertificate: {by: import, arn: '${arn}'}\ndns: {by: manual}\n${fargate()}`
  const found = (more: object) => ({
    'acm DescribeCertificate': { json: { Certificate: { Status: 'ISSUED', DomainName: '*.example.com', ...more } } },
  })
  const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400 + 60

  test.each([
    ['that is not there', { 'acm DescribeCertificate': { refused: 'ResourceNotFoundException' } }, 'FAILED', 'there is no certificate'],
    ['that nobody has validated', found({ Status: 'PENDING_VALIDATION' }), 'FAILED', 'its status is PENDING_VALIDATION'],
    ['of another name', found({ DomainName: '*.example.org' }), 'FAILED', 'it is for *.example.org, and not for registry.example.com'],
    ['that has ended', found({ NotAfter: inDays(-2) }), 'FAILED', 'it was good until'],
    ['that ends soon', found({ NotAfter: inDays(7) }), 'note', 'good for 7 days'],
    ['that is right', found({ NotAfter: inDays(300) }), 'ok', 'it is for registry.example.com, and good for 300 days'],
  ])('%s', async (_, answers: AwsAnswers, word, sentence) => {
    const { line } = await ask(imported, { answers })

    expect(line('certificate')).toContain(`| ${word} | `)
    expect(line('certificate')).toContain(sentence)
  })
})

describe('quotas', () => {
  test.each([
    ['VPCs that are used up', service, { 'ec2 DescribeVpcs': items('vpcSet', 5) }, 'FAILED | 5 of 5 VPCs are used, and 1 more needed'],
    [
      'addresses that are used up',
      instance,
      { 'ec2 DescribeAddresses': items('addressesSet', 5) },
      'FAILED | 1 of 5 VPCs are used; 5 of 5 elastic IPs',
    ],
    ['too few processors', service, { 'servicequotas GetServiceQuota': quota(1) }, '1 vCPUs on Fargate, and an update of 2 tasks takes 2'],
    [
      'processors for fewer tasks than wanted',
      service,
      { 'servicequotas GetServiceQuota': quota(4) },
      'note | 1 of 4 VPCs are used; 4 vCPUs',
    ],
  ])('%s are told of, with the command that asks for more', async (_, text, answers: AwsAnswers, sentence) => {
    const { line } = await ask(text, { answers })

    expect(line('quotas')).toContain(sentence)
    expect(line('quotas')).toContain('aws service-quotas request-service-quota-increase --service-code')
  })

  test('of an instance are for two of them, since a new one comes up beside the old one', async () => {
    expect((await ask(instance)).line('quotas')).toBe(
      'quotas | ok | 1 of 5 VPCs are used; 0 of 5 elastic IPs are used; 5 vCPUs of instances, of which 4 are needed',
    )
    const few = await ask(instance, { answers: { 'servicequotas GetServiceQuota': quota(3) } })
    expect(few.line('quotas')).toContain('3 vCPUs of instances, and an update of a t4g.small takes 4: aws service-quotas request')
  })

  test('are of no use where the region has no such instance', async () => {
    const { line } = await ask(instance, { answers: { 'ec2 DescribeInstanceTypes': { refused: 'InvalidInstanceType' } } })
    expect(line('quotas')).toContain('FAILED')
    expect(line('quotas')).toContain('eu-west-1 has no instance type t4g.small')
  })

  test('are not asked for what is deployed already', async () => {
    const deployed: AwsAnswers = {
      'cloudformation DescribeStacks': { xml: '<DescribeStacksResponse/>' },
      'cloudformation DescribeStackResource': inStack('images'),
    }
    expect((await ask(instance, { answers: deployed })).line('quotas')).toBe('quotas | - | nothing new is needed of what is counted')
  })

  test('of which the account has none of its own are everybody’s', async () => {
    const answers: AwsAnswers = {
      'servicequotas GetServiceQuota': { refused: 'NoSuchResourceException' },
      'servicequotas GetAWSDefaultServiceQuota': quota(6),
    }
    expect((await ask(service, { answers })).line('quotas')).toContain('ok | 1 of 6 VPCs are used')
  })
})

test('an AWS that does not answer is told of by its name and the reason', async () => {
  const { line } = await ask(service, { variables: { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' } })

  expect(line('bootstrap')).toContain('FAILED | 127.0.0.1:1 does not answer')
})
