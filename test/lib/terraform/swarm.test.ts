import { expect, test } from 'vitest'
import { dockerEnvironment, type Synthesized, synthesize, template } from './synthesize.ts'

const text = (level = 'info') => `storage: {driver: s3, bucket: images, region: r, endpoint: 'https://s3.example.com'}
domain: registry.example.com
labels: {team: build}
image: {reference: 'ghcr.io/you/registry:1', username: you}
host: {memoryMiB: 256, cpus: 2, swarm: {replicas: 3, constraints: [node.role==worker]}}
registry: {log: {level: ${level}}}
`
let once: ReturnType<Synthesized['stack']> | undefined
const stack = () => {
  once ??= synthesize([dockerEnvironment('try', text())]).stack('registry-try')
  return once
}
const service = () => stack().resource.docker_service?.registry ?? {}

test('is a service in place of a container, on an image that each node pulls', () => {
  expect(Object.keys(stack().resource).toSorted()).toEqual(['docker_config', 'docker_network', 'docker_secret', 'docker_service'])
  expect(service()).toMatchObject({
    auth: { server_address: 'ghcr.io', username: 'you', password: template('var.image_password') },
    task_spec: { container_spec: { image: template('var.image'), args: ['serve'] } },
  })
})

test('has as many replicas as the variable says, which the file gives its default', () => {
  expect(stack().variable?.replicas).toMatchObject({ type: 'number', default: 3 })
  expect(service()).toMatchObject({ mode: { replicated: { replicas: template('var.replicas') } } })
})

test('starts the new before it ends the old, and takes the old back where the new one fails', () => {
  const rolling = { parallelism: 1, order: 'start-first', max_failure_ratio: '0.0' }

  expect(service()).toMatchObject({
    update_config: { ...rolling, failure_action: 'rollback' },
    rollback_config: { ...rolling, failure_action: 'pause' },
    converge_config: { timeout: '10m' },
    task_spec: { container_spec: { healthcheck: { test: ['CMD', 'node', '/registry.mjs', 'healthcheck'] }, stop_grace_period: '30s' } },
  })
})

test('is confined, limited and placed', () => {
  expect(service()).toMatchObject({
    task_spec: {
      container_spec: { read_only: true, user: '65532:65532', cap_drop: ['ALL'] },
      resources: { limits: { memory_bytes: 256 * 1024 * 1024, nano_cpus: 2_000_000_000 } },
      placement: { constraints: ['node.role==worker'] },
      log_driver: { name: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
      networks_advanced: [{ name: template('docker_network.registry.id') }],
    },
  })
})

test('publishes 443 and 80 on every node', () => {
  expect(service()).toMatchObject({
    endpoint_spec: {
      mode: 'vip',
      ports: [
        { target_port: 5000, published_port: 443, protocol: 'tcp', publish_mode: 'ingress' },
        { target_port: 5080, published_port: 80, protocol: 'tcp', publish_mode: 'ingress' },
      ],
    },
  })
})

test('has its configuration in a file whose name follows from the content', () => {
  const config = (level: string) =>
    synthesize([dockerEnvironment('try', text(level))]).stack('registry-try').resource.docker_config?.config ?? {}

  expect(Buffer.from(String(config('debug').data), 'base64').toString()).toContain('level: debug')
  expect(config('debug').name).toMatch(/^registry-try-config-[0-9a-f]{12}$/)
  expect(config('debug').name).not.toBe(config('info').name)
  expect(config('info')).toMatchObject({ lifecycle: { create_before_destroy: true } })
})

test('has its secrets as Docker’s, under names that follow from them', () => {
  expect(stack().resource.docker_secret?.password).toMatchObject({
    name: expect.stringMatching(/^registry-try-password-.*nonsensitive\(sha256\(/),
    data: template('base64encode(sensitive(data.terraform_remote_state.registry-try-data.outputs.password))'),
    lifecycle: { create_before_destroy: true },
  })
  expect(service()).toMatchObject({
    task_spec: {
      container_spec: {
        env: { REGISTRY_AUTH_HTPASSWD_PASSWORD_FILE: '/run/registry/password' },
        secrets: expect.arrayContaining([
          {
            secret_id: template('docker_secret.password.id'),
            secret_name: template('docker_secret.password.name'),
            file_name: '/run/registry/password',
          },
        ]),
      },
    },
  })
})

test('behind Traefik it is in its overlay network too, and the service has the labels, which no task’s are read for', () => {
  const proxied = `storage: {driver: s3, bucket: images, region: r, endpoint: 'https://s3.example.com'}
domain: registry.example.com
certificate: {by: proxy, proxy: traefik, network: web}
host: {swarm: {replicas: 2}}
`
  const { resource, data } = synthesize([dockerEnvironment('try', proxied)]).stack('registry-try')
  const { labels, task_spec, endpoint_spec } = resource.docker_service?.registry ?? {}

  expect(labels).toEqual(
    expect.arrayContaining([
      { label: 'traefik.enable', value: 'true' },
      { label: 'traefik.http.services.registry-try.loadbalancer.server.port', value: '5000' },
      { label: 'traefik.swarm.network', value: 'web' },
    ]),
  )
  expect(data?.docker_network).toMatchObject({ proxy: { name: 'web' } })
  expect(task_spec).toMatchObject({
    networks_advanced: [{ name: template('docker_network.registry.id') }, { name: template('data.docker_network.proxy.id') }],
  })
  expect(endpoint_spec).toMatchObject({ ports: [] })
})

test('has a service beside it that collects garbage alone, where the file says so: one, without ports, and asked by nobody whether it is well', () => {
  const environment = dockerEnvironment('try', `${text()}collection: {run: job, schedule: 0 3 * * *}\n`)
  const services = synthesize([environment]).stack('registry-try').resource.docker_service ?? {}
  expect(Object.keys(services)).toEqual(['collector', 'registry'])
  const { registry = {}, collector = {} } = services
  expect(registry).toEqual(service())
  const spec = (of: Record<string, unknown>) => (of.task_spec as { container_spec: Record<string, unknown> }).container_spec
  const { args, env, healthcheck, ...rest } = spec(collector)
  const { args: _, env: served, healthcheck: __, ...same } = spec(registry)
  expect(rest).toEqual(same)
  expect({ args, healthcheck }).toEqual({ args: ['maintain'], healthcheck: expect.objectContaining({ test: ['NONE'] }) })
  expect(env).toEqual({
    ...(served as object),
    REGISTRY_STORAGE_MAINTENANCE_GARBAGECOLLECT_ENABLED: 'true',
    REGISTRY_STORAGE_MAINTENANCE_GARBAGECOLLECT_SCHEDULE: '0 3 * * *',
  })
  expect(collector).toMatchObject({
    name: 'registry-try-collector',
    mode: { replicated: { replicas: 1 } },
    endpoint_spec: { mode: 'dnsrr' },
    update_config: { order: 'stop-first' },
  })
  expect(collector.endpoint_spec).not.toHaveProperty('ports')
})
