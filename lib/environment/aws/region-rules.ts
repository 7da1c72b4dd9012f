import { regionOf } from './arn.ts'
import type { Rule } from './rule.ts'

/** What stands in one region alone, and refuses what is in another only in the midst of a deployment. */
export const regionRules: readonly Rule[] = [
  ({ certificate, host }) =>
    certificate?.by === 'import' &&
    regionOf(certificate.arn) !== host.region && [
      'certificate.arn',
      `must be in host.region, ${host.region}: a load balancer takes only certificates of its own region`,
    ],
  ({ host }) =>
    host.kind === 'fargate' &&
    host.waf?.by === 'arn' &&
    regionOf(host.waf.arn) !== host.region && [
      'host.waf.arn',
      `must be in host.region, ${host.region}: a web ACL guards load balancers of its own region`,
    ],
  ({ storage, host }) =>
    storage.kmsKey !== undefined &&
    regionOf(storage.kmsKey) !== (storage.region ?? host.region) && [
      'storage.kmsKey',
      `must be in ${storage.region === undefined ? 'host.region' : 'storage.region'}, ${storage.region ?? host.region}: S3 takes only keys of the region that the bucket is in`,
    ],
  ({ monitoring, host }) =>
    monitoring.topic !== undefined &&
    regionOf(monitoring.topic) !== host.region && [
      'monitoring.topic',
      `must be in host.region, ${host.region}: alarms tell only topics of their own region`,
    ],
  ({ network: { vpc }, host }) => {
    const elsewhere = vpc?.availabilityZones.find(zone => !zone.startsWith(host.region))
    return elsewhere !== undefined && ['network.vpc.availabilityZones', `must be in host.region, ${host.region}, and ${elsewhere} is not`]
  },
]
