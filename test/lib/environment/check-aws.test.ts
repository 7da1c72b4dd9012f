import { describe, expect, test } from 'vitest'
import { keptOnAws } from '../../../lib/environment/aws/kept-on-aws.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { registryConfig } from '../../../lib/environment/registry-config.ts'
import { complaints } from './support/complaints.ts'

const onRoute53 = 'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n'
const vpc = 'id: vpc-0123, cidr: 10.1.0.0/16, availabilityZones: [eu-west-1a, eu-west-1b]'

/** An environment on AWS, in which `storage` and `host` are given without their braces. */
function onAws({ storage = '', bucket = 'images', region = 'eu-west-1', host = 'kind: fargate', more = onRoute53 } = {}): string {
  return `engine: cdk\nstorage: {driver: s3, bucket: ${bucket}${storage}}\nhost: {region: ${region}, ${host}}\n${more}`
}

describe('what no key has wrong by itself', () => {
  test.each([
    [
      'a store elsewhere that is to be made',
      { storage: ', endpoint: "https://s3.example.com", region: r' },
      'storage.existing: must be true',
    ],
    [
      'a store elsewhere without keys',
      { storage: ', endpoint: "https://s3.example.com", region: r, existing: true' },
      'storage.keysSecret: must be given',
    ],
    [
      'keys where the role signs',
      { storage: ', keysSecret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf"' },
      'storage.keysSecret: has no use on Amazon S3',
    ],
    ['a bucket in another region', { storage: ', region: eu-west-2' }, 'storage.region: must be host.region, eu-west-1'],
    [
      'a change to a bucket that is there',
      { storage: ', existing: true, undoDays: 3' },
      'storage.undoDays: has no use with existing: true',
    ],
    ['a copy without versions', { storage: ', replicateTo: "arn:aws:s3:::copy"' }, 'storage.undoDays: must be 1 at least with replicateTo'],
    [
      'a copy of what KMS encrypts',
      { storage: ', encryption: kms, undoDays: 1, replicateTo: "arn:aws:s3:::copy"' },
      'storage.encryption: must be s3 with replicateTo',
    ],
    ['version 2 on Amazon S3', { storage: ', signingVersion: v2' }, 'storage.signingVersion: is not known to Amazon S3'],
    [
      'a token server beside the password that there is without auth',
      { more: `${onRoute53}registry: {auth: {token: {realm: r, service: s, issuer: i, jwks: "{}"}}}` },
      'registry.auth.token: is another way to sign in than the one that is chosen here',
    ],
    [
      'rules where nobody says who he is',
      { more: `${onRoute53}auth: {by: none}\nregistry: {access: []}` },
      'registry.access: has rules, and nobody has to say who he is',
    ],
    [
      'identity tokens where nobody says who he is',
      {
        more: `${onRoute53}auth: {by: none}\nregistry: {auth: {oidc: [{name: ci, issuer: "https://ci.example.com", audience: a, claims: {sub: x}}]}}`,
      },
      'registry.auth.oidc: is about signing in, and nobody has to say who he is',
    ],
    ['a service without a name', { more: '' }, 'domain: must be given for host.kind: fargate'],
    [
      'a service with a certificate of its own',
      { more: `${onRoute53}certificate: {by: letsencrypt}` },
      'certificate.by: must be acm or import',
    ],
    ['a certificate without a zone', { more: 'domain: registry.example.com' }, 'dns: must be {by: route53'],
    [
      'a zone elsewhere',
      { more: 'domain: registry.example.com\ndns: {by: route53, zone: example.org}' },
      'dns.zone: must be a zone that the domain registry.example.com lies in',
    ],
    [
      'an instance with a certificate of AWS',
      { host: 'kind: instance', more: `${onRoute53}certificate: {by: acm}` },
      'certificate.by: must be letsencrypt or none',
    ],
    [
      'Let’s Encrypt where nobody comes in',
      { host: 'kind: instance', more: `${onRoute53}network: {private: true}` },
      'certificate: must be given',
    ],
    [
      'a name without a certificate',
      { host: 'kind: instance', more: 'domain: registry.example.com\ncertificate: {by: none}' },
      'domain: has no use with certificate.by: none',
    ],
    [
      'everybody, in plain HTTP',
      { host: 'kind: instance', more: 'network: {admit: [0.0.0.0/0]}' },
      'network.admit: must be private ranges without a certificate',
    ],
    [
      'everybody, in private',
      { more: `${onRoute53}network: {private: true, admit: [0.0.0.0/0]}` },
      'network.admit: must be private ranges with network.private',
    ],
    [
      'a size that there is not',
      { host: 'kind: fargate, cpu: 512, memoryMiB: 8192' },
      'host.memoryMiB: must be 1024 to 4096 in steps of 1024 beside host.cpu: 512',
    ],
    ['a processor that there is not', { host: 'kind: fargate, cpu: 500' }, 'host.cpu: must be one of 256, 512'],
    [
      'more memory than the instance has',
      { host: 'kind: instance, instanceType: t4g.small, memoryMiB: 2048', more: '' },
      'host.memoryMiB: must be at most 1664 on a t4g.small',
    ],
    [
      'an instance that is too small',
      { host: 'kind: instance, instanceType: t4g.nano, memoryMiB: 256', more: '' },
      'host.memoryMiB: leaves the system nothing: host.instanceType: t4g.nano is too small',
    ],
    ['more at least than at most', { host: 'kind: fargate, minTasks: 5, maxTasks: 2' }, 'host.minTasks: must be at most host.maxTasks, 2'],
    [
      'a NAT gateway for what is public',
      { more: `${onRoute53}network: {natGateways: 1}` },
      'network.natGateways: has no use without network.private',
    ],
    ['a VPC without the subnets', { more: `${onRoute53}network: {vpc: {${vpc}}}` }, 'network.vpc.publicSubnets: must name one for each'],
    [
      'a drain that Fargate does not wait for',
      { more: `${onRoute53}registry: {http: {draintimeout: 5m}}` },
      'registry.http.draintimeout: must be 110s at most on Fargate',
    ],
    [
      'a bucket that is there, of whose key nothing is said',
      { storage: ', existing: true, encryption: kms' },
      'storage.kmsKey: must be given with existing: true',
    ],
    [
      'KMS in a store that has none',
      { storage: ', endpoint: "https://s3.example.com", region: r, existing: true, encryption: kms' },
      'storage.encryption: has no use for a store that is not Amazon S3',
    ],
    [
      'a key of KMS elsewhere',
      { storage: ', endpoint: "https://s3.example.com", region: r, existing: true, kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/a"' },
      'storage.kmsKey: has no use for a store that is not Amazon S3',
    ],
    ['a copy into itself', { storage: ', undoDays: 1, replicateTo: "arn:aws:s3:::images"' }, 'storage.replicateTo: must be another bucket'],
    [
      'a bucket whose name no certificate is for',
      { bucket: 'my.images' },
      'storage.addressing: must be path for a bucket with dots in its name: Amazon S3 has no certificate for it as a host',
    ],
    [
      'a certificate of another region',
      { more: `${onRoute53}certificate: {by: import, arn: "arn:aws:acm:us-east-1:111122223333:certificate/a"}` },
      'certificate.arn: must be in host.region, eu-west-1',
    ],
    [
      'a web ACL of another region',
      { host: 'kind: fargate, waf: {by: arn, arn: "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/b"}' },
      'host.waf.arn: must be in host.region, eu-west-1',
    ],
    [
      'a web ACL of CloudFront',
      { host: 'kind: fargate, waf: {by: arn, arn: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b"}' },
      'host.waf.arn: must be the ARN of a regional web ACL, such as arn:aws:wafv2:…:regional/webacl/…',
    ],
    [
      'a key of another region',
      { storage: ', encryption: kms, kmsKey: "arn:aws:kms:us-east-1:111122223333:key/a"' },
      'storage.kmsKey: must be in host.region, eu-west-1',
    ],
    [
      'an alias in place of its key',
      { storage: ', encryption: kms, kmsKey: "arn:aws:kms:eu-west-1:111122223333:alias/a"' },
      'storage.kmsKey: must be the ARN of a key, such as arn:aws:kms:…:key/…',
    ],
    [
      'a topic of another region',
      { more: `${onRoute53}monitoring: {topic: "arn:aws:sns:us-east-1:111122223333:a"}` },
      'monitoring.topic: must be in host.region, eu-west-1',
    ],
    [
      'an address without an alarm',
      { more: `${onRoute53}monitoring: {enabled: false, email: a@example.com}` },
      'monitoring.email: has no use with monitoring.enabled: false',
    ],
    [
      'a secret without the end of its name',
      { more: `${onRoute53}image: {reference: "ghcr.io/a/b:1", secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:pull"}` },
      'image.secret: must be the ARN of a secret, such as arn:aws:secretsmanager:…:secret:name-AbCdEf',
    ],
    [
      'zones of another region',
      { more: `${onRoute53}network: {vpc: {${vpc.replace('eu-west-1b', 'eu-west-2b')}, publicSubnets: [subnet-1, subnet-2]}}` },
      'network.vpc.availabilityZones: must be in host.region, eu-west-1, and eu-west-2b is not',
    ],
    [
      'two subnets in one zone',
      { more: `${onRoute53}network: {vpc: {${vpc.replace('1b', '1a')}, publicSubnets: [subnet-1, subnet-2]}}` },
      'network.vpc.availabilityZones: must each be another',
    ],
    [
      'an image that no way leads to',
      { more: `${onRoute53}network: {private: true}\nimage: {reference: "ghcr.io/a/b:1"}` },
      'image.reference: must be in Amazon ECR in eu-west-1: network.natGateways 0 leaves a private network no way out',
    ],
    [
      'an image in ECR of another region',
      { more: `${onRoute53}network: {private: true}\nimage: {reference: "111122223333.dkr.ecr.us-east-1.amazonaws.com/b:1"}` },
      'image.reference: must be in Amazon ECR in eu-west-1',
    ],
    [
      'a bucket that no way leads to',
      { storage: ', existing: true, region: eu-west-2', more: `${onRoute53}network: {private: true}` },
      'storage: must be on Amazon S3 in eu-west-1: network.natGateways 0',
    ],
    [
      'upstreams that no way leads to',
      { more: `${onRoute53}network: {private: true}\ncache: [{url: "https://quay.io"}]` },
      'cache: has no use here: network.natGateways 0',
    ],
    [
      'a range that is none',
      { more: `${onRoute53}network: {vpc: {${vpc.replace('10.1.0.0', '999.1.0.0')}, publicSubnets: [subnet-1, subnet-2]}}` },
      'network.vpc.cidr: must be a range of IPv4 addresses such as 10.0.0.0/16',
    ],
  ])('%s is explained', (_, environment, expected) => {
    expect(complaints(onAws(environment)).join('\n')).toContain(expected)
  })

  test.each([
    ['a service', {}],
    ['an instance without a name', { host: 'kind: instance', more: '' }],
    ['a large instance', { host: 'kind: instance, instanceType: c7g.2xlarge, memoryMiB: 15000', more: '' }],
    ['an instance of which nothing is known', { host: 'kind: instance, instanceType: x2gd.medium, memoryMiB: 30000', more: '' }],
    ['a private instance', { host: 'kind: instance', more: 'network: {private: true, admit: [10.0.0.0/8]}' }],
    ['a VPC that is there', { more: `${onRoute53}network: {private: true, vpc: {${vpc}, privateSubnets: [subnet-1, subnet-2]}}` }],
    [
      'a bucket that is there, and its key',
      { storage: ', existing: true, encryption: kms, kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/a"' },
    ],
    ['the key of images from before', { storage: ', kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/a"' }],
    [
      'a bucket and its key in another region',
      { storage: ', existing: true, region: eu-west-2, encryption: kms, kmsKey: "arn:aws:kms:eu-west-2:111122223333:key/a"' },
    ],
    ['a bucket with dots, by its path', { bucket: 'my.images', storage: ', addressing: path' }],
    ['a service in the sovereign cloud of Europe', { region: 'eusc-de-east-1' }],
    [
      'an image of ECR where no way leads out',
      { more: `${onRoute53}network: {private: true}\nimage: {reference: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/b:1"}` },
    ],
    [
      'an image and upstreams of others behind a NAT gateway',
      {
        more: `${onRoute53}network: {private: true, natGateways: 1}\nimage: {reference: "ghcr.io/a/b:1"}\ncache: [{url: "https://quay.io"}]`,
      },
    ],
    ['a bucket that is there in another region', { storage: ', existing: true, region: eu-west-2' }],
  ])('%s is well', (_, environment) => {
    expect(complaints(onAws(environment))).toEqual([])
  })
})

test('the registry’s uploads take what memory its host has to spare', () => {
  const memory = (host: string) => {
    const { storage } = registryConfig(parseEnvironment('a.yml', onAws({ host })))
    return (storage as { s3: { uploadmemory: number } }).s3.uploadmemory / 2 ** 20
  }

  expect(memory('kind: fargate, cpu: 256, memoryMiB: 512')).toBe(145)
  expect(memory('kind: fargate, cpu: 1024, memoryMiB: 4096')).toBe(2534)
})

test.each([
  ['', /^the bucket images with the images: existing: true, or cdk deploy --import-existing-resources, brings it back$/],
  [', onDestroy: empty', /^the bucket images while anything is in it/],
  [', existing: true', /^the bucket images, which this stack did not create/],
  [', encryption: kms, accessLogs: true', /; the key that it is encrypted with: storage.kmsKey brings it back; the bucket with logs$/],
])('what stays is told: %s', (storage, expected) => {
  const environment = parseEnvironment('a.yml', onAws({ storage }))
  if (environment.engine !== 'cdk') throw new TypeError('engine: cdk was written')
  expect(keptOnAws(environment)).toMatch(expected)
})
