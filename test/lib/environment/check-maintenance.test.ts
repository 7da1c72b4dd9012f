import { describe, expect, test } from 'vitest'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'

const swarm = (provider: string, replicas: number) =>
  `engine: cdktf\nstorage: {driver: s3, provider: ${provider}, endpoint: "https://s3.example.com", bucket: images}\nhost: {swarm: {replicas: ${replicas}}}\ncertificate: {by: none}\n`
const fargate = (maxTasks: number) =>
  'engine: cdk\nstorage: {driver: s3, provider: google, bucket: images, existing: true, keysSecret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:keys-AbCdEf"}\n' +
  `host: {region: eu-west-1, kind: fargate, minTasks: 1, maxTasks: ${maxTasks}}\n` +
  'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n'
const maintenance = (name: string) => `registry: {storage: {maintenance: {${name}: {enabled: true}}}}`
const retention = 'registry: {policy: {retention: {enabled: yes, rules: [{repositories: ["**"], keep: {newest: 3}}]}}}'
const job = 'collection: {run: job}'

describe('what one replica does of several, at a store without conditional writes,', () => {
  test.each([
    [swarm('garage', 2), 'collection: {}', 'collection.run: must be job: Garage has no conditional writes'],
    [
      swarm('garage', 2),
      maintenance('garbagecollect'),
      'registry.storage.maintenance.garbagecollect.enabled: must be false: Garage has no',
    ],
    [swarm('garage', 2), maintenance('scrub'), 'registry.storage.maintenance.scrub.enabled: must be false: Garage has no'],
    [swarm('garage', 2), retention, 'registry.policy.retention.enabled: must be false: Garage has no'],
    [fargate(10), 'collection: {}', 'collection.run: must be job: Google Cloud Storage'],
  ])('is refused: %j %s', (host, text, complaint) => {
    expect(() => parseEnvironment('a.yml', host + text)).toThrow(complaint)
  })

  test.each([
    [swarm('garage', 2), job],
    [swarm('garage', 2), maintenance('scrub').replace('true', 'false')],
    [swarm('garage', 1), 'collection: {}'],
    [swarm('minio', 2), 'collection: {}'],
    [fargate(10), job],
    [fargate(1), 'collection: {}'],
  ])('is let through: %j %s', (host, text) => {
    expect(parseEnvironment('a.yml', host + text).name).toBe('a')
  })
})
