import { expect, test } from 'vitest'
import { registryVariables } from '../../../lib/environment/registry-variables.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { dockerEnvironment, synthesize } from './synthesize.ts'

const environment = (more = '') =>
  dockerEnvironment(
    'try',
    `storage: {driver: filesystem}\ndomain: registry.example.com\ncertificate: {by: proxy, proxy: nginx-proxy, network: proxy}\n${more}`,
  )
const containers = (more?: string) => synthesize([environment(more)]).stack('registry-try').resource.docker_container ?? {}

test('garbage is collected by a container of its own, where the file says so: beside the registry, on its volume, and reached by nobody', () => {
  const { registry = {}, collector = {} } = containers('collection: {run: job, schedule: 6h}')
  const { name, command, env, healthcheck, labels, ...rest } = collector
  const same = [
    'image',
    'user',
    'working_dir',
    'read_only',
    'capabilities',
    'security_opts',
    'memory',
    'memory_swap',
    'volumes',
    'restart',
    'log_driver',
    'log_opts',
  ]
  for (const key of same) expect(rest[key], key).toEqual(registry[key])
  expect({ name, command, healthcheck }).toEqual({
    name: 'registry-try-collector',
    command: ['maintain'],
    healthcheck: expect.objectContaining({ test: ['NONE'] }),
  })
  expect(rest).not.toHaveProperty('ports')
  expect(rest).not.toHaveProperty('wait')
  // What leads a proxy to the registry would lead it there, too.
  expect(labels).toEqual([{ label: 'bucket-registry.environment', value: 'try' }])
  const served = registry.env as string[]
  expect(served.filter(variable => !variable.startsWith('REGISTRY_')).length).toBeGreaterThan(0)
  expect(env).toEqual([
    ...served.filter(variable => variable.startsWith('REGISTRY_')),
    'REGISTRY_STORAGE_MAINTENANCE_GARBAGECOLLECT_ENABLED=true',
    'REGISTRY_STORAGE_MAINTENANCE_GARBAGECOLLECT_SCHEDULE=6h',
  ])
})

test('its variables switch collecting on over the registry’s own section of the storage', () => {
  const { collector = {} } = containers('collection: {run: job, schedule: 6h}')
  const given = Object.fromEntries((collector.env as string[]).map(variable => variable.split(/=(.*)/s, 2) as [string, string]))
  const file = { name: 'the image’s', text: 'version: 0.1\nstorage: {filesystem: {rootdirectory: /var/lib/registry}}\n' }
  const known = new Set(registryVariables(environment()).map(variable => variable.split('=', 1)[0]))
  const ours = Object.entries(given).filter(([name]) => known.has(name) || name.startsWith('REGISTRY_STORAGE_'))
  const { config } = loadConfig({ file, environment: Object.fromEntries(ours) })
  expect(config.storage.maintenance.garbagecollect).toMatchObject({ enabled: true, schedule: '6h' })
})

test.each(['', 'collection: {}'])('there is none with %j', more => {
  expect(Object.keys(containers(more))).not.toContain('collector')
})
