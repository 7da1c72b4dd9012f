import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadEnvironment, parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { complaints } from './support/complaints.ts'

const smallest = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const smallestOnAws = 'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {kind: instance, region: eu-west-1}\n'

const bucket = 'engine: cdktf\nstorage: {driver: s3, bucket: images, region: r'

describe('an environment file', () => {
  test('gets its name from the file, and every default', () => {
    const file = join(temporaryFolder({ 'office.yml': smallest }), 'office.yml')

    expect(loadEnvironment(file)).toEqual({
      name: 'office',
      engine: 'cdktf',
      state: { backend: 'local' },
      storage: { driver: 'filesystem', onDestroy: 'retain' },
      host: { uri: 'unix:///var/run/docker.sock', sshOptions: [], redirectPort: 80, memoryMiB: 1024 },
      cache: [],
      labels: {},
      registry: {},
    })
  })

  test('for AWS has other defaults', () => {
    expect(parseEnvironment('aws.yml', smallestOnAws)).toEqual({
      name: 'aws',
      engine: 'cdk',
      storage: {
        driver: 's3',
        bucket: 'images',
        // Filled in from where the host is.
        provider: 'aws',
        region: 'eu-west-1',
        existing: false,
        onDestroy: 'retain',
        encryption: 's3',
        undoDays: 0,
        tiering: 'none',
        accessLogs: false,
      },
      host: { kind: 'instance', region: 'eu-west-1', instanceType: 't4g.small', memoryMiB: 1024 },
      network: { zones: 2, private: false, natGateways: 0 },
      monitoring: { enabled: true, logDays: 90 },
      cache: [],
      labels: {},
      registry: {},
    })
  })

  test('is read as YAML 1.1, as config.yml is', () => {
    const { registry } = parseEnvironment('a.yml', `${smallest}registry: {log: {accesslog: {disabled: yes}}}`)

    expect(registry).toEqual({ log: { accesslog: { disabled: true } } })
  })

  test('takes a key with nothing behind it as not given', () => {
    expect(parseEnvironment('a.yml', `${smallest}host:\nlabels:\nregistry:\n`).host).toMatchObject({ memoryMiB: 1024 })
  })

  test('keeps the letters of a number that YAML would change', () => {
    const { registry } = parseEnvironment('a.yml', `${smallest}registry: {log: {fields: {build: 0123, size: 12}}}`)

    expect(registry).toEqual({ log: { fields: { build: '0123', size: 12 } } })
  })
})

describe('what is wrong', () => {
  test('is said all at once, from top to bottom', () => {
    const text = `engine: cdktf
storag: 1
storage: {driver: s4, sizeGiB: 3}
host: {prot: 5, port: 70000}
labels: {a: 1}
registry: {htpp: 4, log: {level: loud}, http: {addr: ':80', secret: abc}, storage: {s3: {bucket: x}}}
`

    expect(complaints(text, 'environments/try.yml')).toEqual([
      'environments/try.yml:2:1: storag: unknown key; did you mean storage?',
      'environments/try.yml:3:19: storage.driver: must be one of filesystem, s3; did you mean s3? (it says "s4")',
      'environments/try.yml:4:8: host.prot: unknown key; did you mean port?',
      'environments/try.yml:4:23: host.port: must be a whole number from 1 to 65535 (it says "70000")',
      expect.stringMatching(/^environments\/try.yml:5:13: labels.a: must be text .*; quotes make a number text \(it says "1"\)$/),
      'environments/try.yml:6:18: registry.htpp: unknown key; did you mean http?',
      'environments/try.yml:6:34: registry.log.level: must be one of debug, info, warn, error (it says "loud")',
      'environments/try.yml:6:54: registry.http.addr: cannot be set: the kit decides where the registry listens on its host',
      expect.stringMatching(/^environments\/try.yml:6:69: registry.http.secret: is a secret, .* \(it says \*\*\*\)$/),
      "environments/try.yml:6:85: registry.storage.s3: belongs in this file's own storage section",
    ])
  })

  test('with the engine comes beside what is wrong for every engine', () => {
    expect(
      complaints('engine: cdkf\nlabels: {a: 1}\nhost: {kind: instance, pot: 1}\nstorage: {driver: filesystem}\n', 'environments/try.yml'),
    ).toEqual([
      'environments/try.yml:1:9: engine: must be cdk (AWS) or cdktf (a Docker engine) (it says "cdkf")',
      expect.stringMatching(/^environments\/try.yml:2:13: labels.a: must be text /),
    ])
  })

  test.each([
    ['an empty file', '', 'the file must be a section with keys such as engine and storage'],
    ['a list', '- engine', 'the file must be a section with keys such as engine and storage'],
    ['a missing engine', 'storage: {driver: filesystem}', 'engine: is missing: must be cdk (AWS) or cdktf (a Docker engine)'],
    ['a missing storage', 'engine: cdktf', 'storage: is missing: must be a section such as {driver: filesystem}'],
    ['a missing driver', 'engine: cdk\nstorage: {}', 'storage.driver: is missing: must be s3'],
    ['a driver that AWS has not', 'engine: cdk\nstorage: {driver: filesystem}', 'storage.driver: must be s3 (it says "filesystem")'],
    ['a key of the other driver', `${bucket}, sizeGiB: 5}`, 'storage.sizeGiB: unknown key; the keys here are driver, provider,'],
    ['a provider that is not known', `${bucket}, provider: nifclod}`, 'storage.provider: must be one of aws, nifcloud,'],
    [
      'a bucket without its store',
      'engine: cdktf\nstorage: {driver: s3, bucket: images}',
      'storage: is incomplete: a store without a provider needs a region',
    ],
    [
      'a bucket of a provider with many regions',
      'engine: cdktf\nstorage: {driver: s3, bucket: images, provider: scaleway}',
      'storage: is incomplete: Scaleway Object Storage needs a region, such as fr-par',
    ],
    [
      'a signature that a provider does not take',
      'engine: cdktf\nstorage: {driver: s3, bucket: images, provider: cloudflare-r2, account: a, signingVersion: v2}',
      'storage.signingVersion: is not known to Cloudflare R2: it takes v4 (it says "v2")',
    ],
    [
      'an address with a password in it',
      `${bucket}, endpoint: 'https://me:hunter2@store'}`,
      'storage.endpoint: must be https://host, or http://host:port',
    ],
    ['a key twice', `${smallest}engine: cdk`, 'this is not readable as YAML: Map keys must be unique'],
    ['a host that is text', `${smallest}host: me`, 'host: '],
    [
      'an engine in no language of Docker',
      `${smallest}host: {uri: 'http://10.0.0.1:2375'}`,
      'host.uri: must be a Docker engine: unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host',
    ],
    ['a label that AWS reserves', `${smallest}labels: {'aws:x': y}`, 'labels.aws:x: the name must be a name of at most 128'],
    ['a template in a label', `${smallest}labels: {x: '\${file("/etc/passwd")}'}`, 'labels.x: must be text'],
    [
      'an account that is a number',
      smallestOnAws.replace('kind', 'account: 123456789012, kind'),
      "host.account: must be an AWS account's twelve digits, in quotes",
    ],
    ['a driver by name alone', `${smallest}registry: {storage: inmemory}`, "registry.storage: belongs in this file's own storage section"],
    ['what the registry does not serve', `${smallest}registry: {redis: {addrs: [a]}}`, 'registry.redis: this registry uses no Redis'],
  ])('%s is explained', (_, text, expected) => {
    expect(complaints(text).join('\n')).toContain(expected)
  })

  test.each(['Office', 'a_b', '-a', 'a-', '1a', `a${'b'.repeat(32)}`, 'office-data'])('the name %s is refused', name => {
    expect(complaints(smallest, `environments/${name}.yml`)).toHaveLength(1)
  })

  test('never repeats a secret', () => {
    expect(complaints(`${smallest}registry: {http: {secret: hunter2}, redis: {password: hunter2}}`).join()).not.toContain('hunter2')
  })
})
