import { describe, expect, test } from 'vitest'
import { scheduleExpression } from '../../../lib/environment/aws/schedule-expression.ts'
import { EnvironmentError } from '../../../lib/environment/environment-error.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { renderRegistryConfig } from '../../../lib/environment/registry-config.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'

const docker = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const aws = (kind: string) =>
  `engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {region: eu-west-1, kind: ${kind}}\n` +
  'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n'

const collecting = (text: string) => {
  const environment = parseEnvironment('a.yml', text)
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  const { enabled, schedule, untagged } = config.storage.maintenance.garbagecollect
  return { enabled, schedule, untagged }
}

describe('the registry’s own configuration', () => {
  test.each<[string, object]>([
    ['', { enabled: false, schedule: '24h' }],
    ['collection: {}', { enabled: true, schedule: '24h' }],
    ['collection: {schedule: 0 3 * * *}', { enabled: true, schedule: '0 3 * * *' }],
    ['collection: {run: job, schedule: 6h}', { enabled: false }],
    ['collection: {}\nregistry: {storage: {maintenance: {garbagecollect: {untagged: true}}}}', { enabled: true, untagged: true }],
    ['registry: {storage: {maintenance: {garbagecollect: {enabled: true, schedule: 6h}}}}', { enabled: true, schedule: '6h' }],
  ])('with %j', (text, expected) => {
    for (const host of [docker, aws('fargate')]) expect(collecting(`${host}${text}`)).toMatchObject(expected)
  })
})

describe('a file is refused', () => {
  test.each<[string, string]>([
    [`${docker}collection: {run: sometimes}`, 'collection.run: must be one of inside, job'],
    [`${docker}collection: {schedule: 10s}`, 'collection.schedule: must be an interval from 1m to 31 days'],
    [`${docker}collection: {schedule: 90s}`, 'collection.schedule: must be an interval'],
    [`${docker}collection: {schedule: 61 * * * *}`, 'collection.schedule: must be an interval'],
    [`${docker}collection: {}\nregistry: {storage: {maintenance: {garbagecollect: {schedule: 6h}}}}`, "follows from this file's own"],
    [`${aws('instance')}collection: {run: job}`, 'collection.run: must be inside for host.kind: instance'],
    [`${aws('fargate')}collection: {run: job, schedule: 0 3 1 * 1}`, 'collection.schedule: cannot be said to AWS'],
  ])('%j', (text, complaint) => {
    expect(() => parseEnvironment('a.yml', text)).toThrow(EnvironmentError)
    expect(() => parseEnvironment('a.yml', text)).toThrow(complaint)
  })
})

test.each([
  ['24h', 'rate(1440 minutes)'],
  ['1m', 'rate(1 minute)'],
  ['1h30m', 'rate(90 minutes)'],
  ['0 3 * * *', 'cron(0 3 * * ? *)'],
  ['*/15 2-4 1,15 * *', 'cron(*/15 2-4 1,15 * ? *)'],
  ['30 4 * * 0', 'cron(30 4 ? * SUN *)'],
  ['30 4 * 6 1-5', 'cron(30 4 ? 6 MON-FRI *)'],
  ['30 4 * * sat,7', 'cron(30 4 ? * SAT,SUN *)'],
  ['0 3 1 * 1', undefined],
  ['0 3 * * */2', undefined],
])('%s is to AWS %j', (schedule, expression) => expect(scheduleExpression(schedule)).toBe(expression))
