import { describe, expect, test } from 'vitest'
import { installDocker } from '../../../lib/terraform/host/install-docker.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, type Synthesized, synthesize, template } from './synthesize.ts'

markSecrets()

const publicKey = 'ssh-rsa AAAAB3NzaC1yc2E= me@here'
const text = (more = '') => `storage: {driver: s3, provider: nifcloud, region: jp-east-1, bucket: images}
domain: registry.example.com
dns: {by: nifcloud, zone: example.com}
host: {sshOptions: [-i, /key], instance: {by: nifcloud, zone: east-21, publicKey: '${publicKey}', admit: [203.0.113.0/24, 198.51.100.7]}}
${more}`
const named = (name: string, environment = text()) => synthesize([dockerEnvironment(name, environment)])
const closed = text('certificate: {by: none}').replace(/^(domain|dns).*\n/gm, '')
let once: Synthesized | undefined
const stack = (name = 'registry-try-data') => {
  once ??= named('try')
  return once.stack(name)
}

const group = template('nifcloud_security_group.host-firewall.group_name')
const address = template('nifcloud_elastic_ip.host-address.public_ip')
const identity = template('nifcloud_instance.host.unique_id')
const provider = 'nifcloud.host'

describe('the data stack', () => {
  test('makes a server with key, firewall and address, under addresses that stay', () => {
    const { nifcloud_instance, nifcloud_key_pair, nifcloud_security_group, nifcloud_elastic_ip } = stack().resource

    expect(nifcloud_instance?.host).toMatchObject({
      provider,
      instance_id: 'try1e262c',
      availability_zone: 'east-21',
      image_id: template('data.nifcloud_image.host-image.id'),
      instance_type: 'small2',
      accounting_type: '2',
      key_name: template('nifcloud_key_pair.host-key.key_name'),
      security_group: group,
      user_data: installDocker,
      network_interface: [{ network_id: 'net-COMMON_GLOBAL', ip_address: address }, { network_id: 'net-COMMON_PRIVATE' }],
    })
    expect(nifcloud_key_pair?.['host-key']).toMatchObject({ public_key: Buffer.from(publicKey).toString('base64'), provider })
    expect(nifcloud_security_group?.['host-firewall']).toMatchObject({ availability_zone: 'east-21', provider })
    expect(nifcloud_elastic_ip?.['host-address']).toMatchObject({ ip_type: false, availability_zone: 'east-21', provider })
    expect(stack().data?.nifcloud_image?.['host-image']).toMatchObject({
      image_name: 'Ubuntu Server 24.04 LTS',
      owner: 'niftycloud',
      provider,
    })
  })

  test('lets ssh in from where the file says, and everybody to the registry', () => {
    const rules = Object.entries(stack().resource.nifcloud_security_group_rule ?? {}).map(([id, { from_port, to_port, cidr_ip, type }]) => [
      id,
      from_port,
      to_port,
      cidr_ip,
      type,
    ])

    expect(rules).toEqual([
      ['port-443', 443, 443, '0.0.0.0/0', 'IN'],
      ['port-80', 80, 80, '0.0.0.0/0', 'IN'],
      ['ssh-0', 22, 22, '203.0.113.0/24', 'IN'],
      ['ssh-1', 22, 22, '198.51.100.7', 'IN'],
    ])
  })

  test('makes the server when it may be reached, and not again for a newer image or script', () => {
    expect(stack().resource.nifcloud_instance?.host).toMatchObject({
      depends_on: expect.arrayContaining(['nifcloud_security_group_rule.ssh-0', 'nifcloud_security_group_rule.port-443']),
      lifecycle: { ignore_changes: ['image_id', 'user_data'] },
    })
  })

  test('is done when the Docker of this very server answers', () => {
    expect(stack().resource.terraform_data?.['host-docker']).toMatchObject({
      triggers_replace: [identity],
      provisioner: [
        {
          'local-exec': {
            command: `root@${address}`,
            interpreter: expect.arrayContaining([
              'StrictHostKeyChecking=accept-new',
              `HostKeyAlias=registry-try-${identity}`,
              '-i',
              '/key',
            ]),
            environment: { PATIENCE: '1200' },
          },
        },
      ],
    })
  })

  test('has one provider for the account and one for the bucket', () => {
    expect(stack().provider?.nifcloud).toEqual([
      { alias: 'host', region: 'jp-east-2' },
      expect.objectContaining({ storage_region: expect.anything() }),
    ])
  })

  test('hands over where the host is, and no secret', () => {
    expect(stack().output).toMatchObject({
      host_user: { value: 'root' },
      host_address: { value: address },
      host_identity: { value: identity },
    })
    expect(JSON.stringify(stack())).not.toContain(mark)
  })

  test('opens nothing but ssh, where the registry is for the host itself', () => {
    const alone = named('alone', closed).stack('registry-alone-data')

    expect(Object.keys(alone.resource.nifcloud_security_group_rule ?? {})).toEqual(['ssh-0', 'ssh-1'])
  })

  test('shortens a name as NIFCLOUD needs it, and never two to one', () => {
    const id = (name: string) => named(name).stack(`registry-${name}-data`).resource.nifcloud_instance?.host?.instance_id

    expect(id('a-very-long-name-of-a-host')).toMatch(/^averylong[0-9a-f]{6}$/)
    expect(id('a-very-long-name-of-a-host')).not.toBe(id('a-very-long-name-of-another'))
  })
})

const output = (name: string) => template(`data.terraform_remote_state.registry-try-data.outputs.${name}`)

describe('the app stack', () => {
  test('deploys to the engine of the server, whose key it knows again', () => {
    expect(stack('registry-try').provider?.docker).toEqual([
      {
        host: `ssh://${output('host_user')}@${output('host_address')}`,
        ssh_opts: ['-o', 'StrictHostKeyChecking=accept-new', '-o', `HostKeyAlias=registry-try-${output('host_identity')}`, '-i', '/key'],
      },
    ])
  })

  test('leads the domain to its address', () => {
    expect(stack('registry-try').resource.nifcloud_dns_record).toMatchObject({ 'ipv4-0': { type: 'A', record: output('host_address') } })
  })

  test('tells of the tunnel where nothing is published', () => {
    const tunnel = named('alone', closed).stack('registry-alone').output.tunnel?.value

    expect(tunnel).toMatch(/^ssh -N -L 5000:localhost:5000 -o StrictHostKeyChecking=accept-new .* \$\{.*host_user\}@\$\{.*host_address\}$/)
  })
})

test.each([
  ['images on its disk', 'storage: {driver: filesystem}', '', 'storage.driver: must be s3 with host.instance'],
  ['an engine elsewhere as well', '', "uri: 'ssh://me@host', ", 'host.uri: has no use with host.instance'],
  ['a Swarm', '', 'swarm: {replicas: 1}, ', 'host.swarm: needs an engine that manages a Swarm already'],
  ['ssh for everybody', '', 'admit', 'host.instance.admit.0: must be an IPv4 address or a range'],
])('%s is refused', (_, storage, host, message) => {
  const base = `${storage || "storage: {driver: s3, endpoint: 'https://s3.example', region: x, bucket: images}"}\ncertificate: {by: none}\n`
  const admit = host === 'admit' ? '[0.0.0.0/0]' : '[203.0.113.5]'
  const section = `host: {${host === 'admit' ? '' : host}instance: {by: nifcloud, zone: east-11, publicKey: '${publicKey}', admit: ${admit}}}`

  expect(() => dockerEnvironment('try', base + section)).toThrow(message)
})

test.each([
  ['without a host that is made, addresses are missing', text().replace(/^host.*$/m, ''), 'dns.addresses: is missing'],
  [
    'with one they have no use',
    text().replace('zone: example.com', 'zone: example.com, addresses: [203.0.113.5]'),
    'dns.addresses: has no use',
  ],
])('%s', (_, environment, message) => {
  expect(() => dockerEnvironment('try', environment)).toThrow(message)
})
