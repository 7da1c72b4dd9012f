import { parseDuration } from '../../registry-app/src/config/duration.ts'
import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { isAmazon, makesBucket } from './aws/complete-storage.ts'
import { enclosedRules } from './aws/enclosed-rules.ts'
import { sizeComplaint } from './aws/fargate-sizes.ts'
import { mostMemory } from './aws/instance-memory.ts'
import { regionRules } from './aws/region-rules.ts'
import type { Checked, Rule } from './aws/rule.ts'
import type { Complaint } from './environment-error.ts'
import { isPrivateRange } from './private-range.ts'
import { isPublicName } from './public-name.ts'
import { reach } from './reach.ts'

/** What no key has wrong by itself, but several together, of an environment on AWS. */
export function checkAws(root: Tree, environment: Checked): readonly Complaint[] {
  return [...storageRules, ...copies, ...hostRules, ...networkRules, ...regionRules, ...enclosedRules, ...monitoringRules].flatMap(rule => {
    const found = rule(environment)
    if (!found) return []
    const [path, message] = found
    const { place, tree } = placeOf(root, path.split('.'))
    return [{ ...place, path, message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) }]
  })
}

/** What is done to a bucket only by who makes it. */
const ofTheMaker = { undoDays: 0, tiering: 'none', replicateTo: undefined, accessLogs: false } as const

const storageRules: readonly Rule[] = [
  ({ storage }) =>
    !isAmazon(storage) &&
    !storage.existing && ['storage.existing', 'must be true: the data stack makes buckets on Amazon S3 alone, and this one is elsewhere'],
  ({ storage }) =>
    !isAmazon(storage) &&
    storage.keysSecret === undefined && [
      'storage.keysSecret',
      'must be given for a store that is not Amazon S3: the role of the host opens none there',
    ],
  ({ storage }) =>
    isAmazon(storage) &&
    storage.keysSecret !== undefined && ['storage.keysSecret', 'has no use on Amazon S3, where the role of the host signs'],
  ({ storage, host }) =>
    makesBucket(storage) &&
    storage.region !== undefined &&
    storage.region !== host.region && [
      'storage.region',
      `must be host.region, ${host.region}, for a bucket that is made here; with existing: true, any`,
    ],
  ({ storage }) => {
    const key = Object.entries(ofTheMaker).find(([key, without]) => storage[key as keyof typeof ofTheMaker] !== without)?.[0]
    return (
      !makesBucket(storage) &&
      key !== undefined && [`storage.${key}`, 'has no use with existing: true: nothing here changes a bucket that is there']
    )
  },
  ({ storage }) =>
    storage.existing &&
    isAmazon(storage) &&
    storage.encryption === 'kms' &&
    storage.kmsKey === undefined && ['storage.kmsKey', 'must be given with existing: true: the key that the bucket is encrypted with'],
  ({ storage }) =>
    !isAmazon(storage) && storage.encryption === 'kms' && ['storage.encryption', 'has no use for a store that is not Amazon S3'],
  ({ storage }) => !isAmazon(storage) && storage.kmsKey !== undefined && ['storage.kmsKey', 'has no use for a store that is not Amazon S3'],
  ({ storage }) =>
    storage.replicateTo !== undefined &&
    storage.undoDays === 0 && ['storage.undoDays', 'must be 1 at least with replicateTo: S3 replicates versions'],
]

const copies: readonly Rule[] = [
  ({ storage }) =>
    storage.replicateTo?.endsWith(`:::${storage.bucket}`) && ['storage.replicateTo', 'must be another bucket than storage.bucket'],
  ({ storage }) =>
    storage.replicateTo !== undefined &&
    storage.encryption === 'kms' && ['storage.encryption', 'must be s3 with replicateTo: a copy would need the key of the other side too'],
]

const hostRules: readonly Rule[] = [
  ({ host, domain }) =>
    host.kind === 'fargate' && domain === undefined && ['domain', 'must be given for host.kind: fargate: clients reach it by this name'],
  ({ host, certificate }) =>
    host.kind === 'fargate' &&
    certificate !== undefined &&
    certificate.by !== 'acm' &&
    certificate.by !== 'import' && [
      'certificate.by',
      'must be acm or import for host.kind: fargate: the load balancer has the certificate',
    ],
  ({ host, certificate }) =>
    host.kind === 'instance' &&
    (certificate?.by === 'acm' || certificate?.by === 'import') && [
      'certificate.by',
      'must be letsencrypt or none for host.kind: instance: AWS hands out no keys of its certificates',
    ],
  ({ certificate, domain }) =>
    certificate?.by === 'none' &&
    domain !== undefined && [
      'domain',
      'has no use with certificate.by: none: without it the registry is reached as localhost, or by its address',
    ],
  ({ certificate, domain }) =>
    certificate?.by === 'letsencrypt' &&
    !(domain && (certificate.directoryUrl || isPublicName(domain))) && [
      'domain',
      'must be a public name for certificate.by: letsencrypt; with an authority of your own (certificate.directoryUrl), any name',
    ],
  environment =>
    reach(environment).certificate.by === 'acm' &&
    environment.domain !== undefined &&
    environment.dns?.by !== 'route53' && [
      'dns',
      'must be {by: route53, zone: …} for certificate.by: acm, which is validated by records there; elsewhere, certificate: {by: import, arn: …}',
    ],
  ({ domain, dns }) => dns !== undefined && domain === undefined && ['dns', 'needs domain beside it: the name of the records'],
  ({ domain, dns }) =>
    dns?.by === 'route53' &&
    domain !== undefined &&
    domain !== dns.zone &&
    !domain.endsWith(`.${dns.zone}`) && ['dns.zone', `must be a zone that the domain ${domain} lies in`],
  ({ host }) => {
    const [key, message] = (host.kind === 'fargate' && sizeComplaint(host)) || []
    return key !== undefined && message !== undefined && [`host.${key}`, message]
  },
  ({ host }) => {
    const most = host.kind === 'instance' ? mostMemory(host.instanceType) : undefined
    return (
      most !== undefined &&
      host.memoryMiB > most && [
        'host.memoryMiB',
        most < 256
          ? `leaves the system nothing: host.instanceType: ${host.kind === 'instance' && host.instanceType} is too small for the registry`
          : `must be at most ${most} on a ${host.kind === 'instance' && host.instanceType}: the system needs the rest`,
      ]
    )
  },
  ({ host }) =>
    host.kind === 'fargate' && host.minTasks > host.maxTasks && ['host.minTasks', `must be at most host.maxTasks, ${host.maxTasks}`],
]

const monitoringRules: readonly Rule[] = [
  ({ monitoring: { enabled, topic, email } }) =>
    !enabled &&
    (topic ?? email) !== undefined && [
      `monitoring.${topic === undefined ? 'email' : 'topic'}`,
      'has no use with monitoring.enabled: false, which leaves out the alarms',
    ],
]

/** Fargate kills a task two minutes after it was told to end; ten seconds of them are for the registry's own end. */
const longestDrain = 110

const networkRules: readonly Rule[] = [
  ({ host, registry }) => {
    const { http } = registry
    const drain = typeof http === 'object' && http !== null && 'draintimeout' in http ? parseDuration(String(http.draintimeout)) : undefined
    return (
      host.kind === 'fargate' &&
      drain !== undefined &&
      drain > longestDrain * 1000 && [
        'registry.http.draintimeout',
        `must be ${longestDrain}s at most on Fargate, which kills a task after two minutes`,
      ]
    )
  },
  ({ network }) =>
    network.vpc !== undefined &&
    network.natGateways > 0 && ['network.natGateways', 'has no use with network.vpc: nothing is added to a VPC that is there'],
  ({ network }) =>
    !network.private &&
    network.natGateways > 0 && ['network.natGateways', 'has no use without network.private: the hosts have public addresses to reach out'],
  ({ network: { vpc, private: isPrivate } }) => {
    const key = isPrivate ? 'privateSubnets' : 'publicSubnets'
    return (
      vpc !== undefined &&
      vpc[key].length !== vpc.availabilityZones.length && [
        `network.vpc.${key}`,
        `must name one for each of network.vpc.availabilityZones, since network.private is ${isPrivate}`,
      ]
    )
  },
  ({ host, network: { vpc } }) =>
    host.kind === 'fargate' &&
    vpc !== undefined &&
    vpc.availabilityZones.length < 2 && [
      'network.vpc.availabilityZones',
      'must be two at least for host.kind: fargate: a load balancer stands in two',
    ],
  ({ network: { vpc } }) =>
    vpc !== undefined &&
    new Set(vpc.availabilityZones).size !== vpc.availabilityZones.length && [
      'network.vpc.availabilityZones',
      'must each be another: a load balancer takes one subnet of each zone',
    ],
  ({ network, certificate }) =>
    network.private &&
    certificate?.by === 'letsencrypt' &&
    certificate.directoryUrl === undefined && ['certificate.by', 'cannot be letsencrypt with network.private: it asks from the internet'],
  environment =>
    environment.network.private &&
    environment.certificate === undefined &&
    environment.host.kind === 'instance' &&
    environment.domain !== undefined && [
      'certificate',
      'must be given: Let’s Encrypt, which there is without it, asks from the internet, and network.private lets nobody in',
    ],
  environment => {
    const { network, host } = environment
    const open = network.admit?.find(range => !isPrivateRange(range))
    if (open === undefined || (host.kind === 'fargate' && !network.private)) return
    if (network.private) return ['network.admit', `must be private ranges with network.private, and ${open} is none`]
    return (
      reach(environment).certificate.by === 'none' && ['network.admit', `must be private ranges without a certificate, and ${open} is none`]
    )
  },
]
