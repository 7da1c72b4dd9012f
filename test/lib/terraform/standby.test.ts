import { expect, test } from 'vitest'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

const stackOf = (text: string) => synthesize([dockerEnvironment('try', text)]).stack('registry-try')

test('is a second container from the same image, in a network with the registry', () => {
  const { resource } = stackOf('storage: {driver: filesystem}\nstandby: {target: standby.example.com}')
  const registry = resource.docker_container?.registry

  expect(resource.docker_network?.registry).toMatchObject({ name: 'registry-try', driver: 'bridge' })
  expect(registry).toMatchObject({ networks_advanced: [{ name: template('docker_network.registry.name') }] })
  expect(resource.docker_container?.standby).toMatchObject({
    name: 'registry-try-standby',
    image: registry?.image,
    entrypoint: ['node', '/registry-copy.mjs'],
    command: ['--watch', '--interval', '30s', '--metrics', ':9464', 'http://registry-try:5000', 'standby.example.com'],
    network_mode: template('docker_network.registry.name'),
  })
})

test('is confined, publishes nothing, and is not asked as the registry is', () => {
  const { resource } = stackOf('storage: {driver: filesystem}\nstandby: {target: standby.example.com, memoryMiB: 512}')
  const container = resource.docker_container?.standby

  expect(container).toMatchObject({
    read_only: true,
    user: '65532:65532',
    capabilities: { drop: ['ALL'] },
    security_opts: ['no-new-privileges'],
    memory: 512,
    memory_swap: 512,
    healthcheck: { test: ['NONE'] },
  })
  expect(container).not.toHaveProperty('ports')
})

test('asks by the name that the certificate is for, as the first user, and trusts the registry’s own authority', () => {
  const { resource, variable } = stackOf(
    `storage: {driver: filesystem}\ndomain: a.lan\ncertificate: {by: self-signed}\nauth: {by: password, user: builder}\nstandby: {target: b.lan/mirror/**, user: "push\${er}", delete: true}`,
  )
  const files = resource.docker_container?.['standby-secrets']?.upload

  expect(resource.docker_container?.registry).toMatchObject({ networks_advanced: [{ aliases: [template('var.domain')] }] })
  expect(resource.docker_container?.standby).toMatchObject({
    command: [
      ...['--watch', '--interval', '30s', '--delete', '--metrics', ':9464'],
      ...['--from-user', 'builder', '--from-password-file', '/run/registry/source-password'],
      ...['--to-user', 'push$${er}', '--to-password-file', '/run/registry/target-password'],
      ...['--ca', '/run/registry/authorities.crt', `${template('var.domain')}:5000`, 'b.lan/mirror/**'],
    ],
    volumes: [{ container_path: '/run/registry', read_only: true, volume_name: template('docker_volume.standby-secrets.name') }],
  })
  expect(files).toMatchObject([
    { file: '/run/registry/source-password', content: expect.stringMatching(/^\$\{sensitive\(data\..*password\)\}$/) },
    { file: '/run/registry/target-password', content: template('var.standby_password') },
    { file: '/run/registry/authorities.crt', content: expect.stringContaining('certificate_authority') },
  ])
  expect(variable?.standby_password).toMatchObject({ sensitive: true, nullable: false })
  expect(variable).not.toHaveProperty('standby_source_password')
})

test('signs in here as somebody else, where the file says so', () => {
  const { resource, variable } = stackOf(
    'storage: {driver: filesystem}\ndomain: a.example.com\nstandby: {target: b.example.com, repositories: team/**, sourceUser: puller}',
  )

  expect(variable?.standby_source_password).toMatchObject({ sensitive: true })
  expect(resource.docker_container?.standby?.command).toEqual(
    expect.arrayContaining(['--from-user', 'puller', `${template('var.domain')}:5000/team/**`]),
  )
  expect(resource.docker_container?.['standby-secrets']?.upload).toMatchObject([{ content: template('var.standby_source_password') }])
})

test('finds a registry behind a proxy in the proxy’s network', () => {
  const { resource } = stackOf(
    'storage: {driver: filesystem}\ndomain: a.example.com\ncertificate: {by: proxy, proxy: traefik, network: web}\nauth: {by: none}\nstandby: {target: b.example.com}',
  )

  expect(resource).not.toHaveProperty('docker_network')
  expect(resource.docker_container?.standby).toMatchObject({ network_mode: 'web' })
  expect(resource.docker_container?.standby?.command).toContain('http://registry-try:5000')
})

test('is a service of one replica in a Swarm, in the registry’s own network, with secrets that the Swarm keeps', () => {
  const { resource } = stackOf(
    "storage: {driver: s3, bucket: images, region: r, endpoint: 'https://s3.example.com'}\ndomain: a.example.com\nhost: {swarm: {constraints: [node.role==worker]}}\nstandby: {target: b.example.com, user: pusher}",
  )

  expect(resource.docker_service?.registry).toMatchObject({
    task_spec: { networks_advanced: [{ name: template('docker_network.registry.id'), aliases: [template('var.domain')] }] },
  })
  expect(resource.docker_service?.standby).toMatchObject({
    name: 'registry-try-standby',
    mode: { replicated: { replicas: 1 } },
    update_config: { order: 'stop-first' },
    task_spec: {
      container_spec: {
        command: ['node', '/registry-copy.mjs'],
        args: expect.arrayContaining([`${template('var.domain')}:5000`, 'b.example.com']),
        read_only: true,
        cap_drop: ['ALL'],
        healthcheck: { test: ['NONE'] },
        secrets: [
          { secret_id: template('docker_secret.standby-source-password.id'), file_name: '/run/registry/source-password' },
          { secret_id: template('docker_secret.standby-target-password.id'), file_name: '/run/registry/target-password' },
        ],
      },
      networks_advanced: [{ name: template('docker_network.registry.id') }],
      placement: { constraints: ['node.role==worker'] },
      resources: { limits: { memory_bytes: 256 * 1024 * 1024 } },
    },
  })
})

test('changes nothing where there is none', () => {
  const { resource } = stackOf('storage: {driver: filesystem}')

  expect(Object.keys(resource.docker_container ?? {})).toEqual(['registry'])
  expect(resource).not.toHaveProperty('docker_network')
  expect(resource.docker_container?.registry).not.toHaveProperty('networks_advanced')
})
