import { expect, test } from 'vitest'
import { complaints } from './support/complaints.ts'

const s3 = "{driver: s3, bucket: images, region: r, endpoint: 'https://s3.example.com'"
const volume = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const bucket = `engine: cdktf\nstorage: ${s3}}\n`
const publicName = 'domain: registry.example.com\n'
const instance = "instance: {by: nifcloud, zone: east-11, publicKey: 'ssh-rsa AAAA', admit: [203.0.113.5]}"

/** What is wrong, the file, and all that is said of it: by line and column, with the value where there is one, and what is allowed. */
test.each<[string, string, readonly (string | RegExp)[]]>([
  [
    'a misspelt engine',
    'engine: cdkft\nstorage: {driver: filesystem}',
    ['bad.yml:1:9: engine: must be cdk (AWS) or cdktf (a Docker engine) (it says "cdkft")'],
  ],
  ['a misspelt key of the file', `${volume}domian: a`, ['bad.yml:3:1: domian: unknown key; did you mean domain?']],
  [
    'a misspelt key of storage',
    "engine: cdktf\nstorage: {driver: s3, bucket: images, region: r, endpont: 'https://a'}",
    ['bad.yml:2:50: storage.endpont: unknown key; did you mean endpoint?'],
  ],
  ['a misspelt key of the host', `${volume}host: {memoryMb: 5}`, [/^bad.yml:3:8: host.memoryMb: unknown key; did you mean memoryMiB\?$/]],
  [
    'a misspelt key of a Swarm',
    `${bucket}certificate: {by: none}\nhost: {swarm: {replica: 3}}`,
    ['bad.yml:4:16: host.swarm.replica: unknown key; did you mean replicas?'],
  ],
  [
    'a misspelt key of the records',
    `${volume}${publicName}dns: {by: route53, zoneID: Z0123456789, addresses: [203.0.113.5]}`,
    [/zoneId: is missing: must be the hosted zone's id/, 'bad.yml:4:20: dns.zoneID: unknown key; did you mean zoneId?'],
  ],
  [
    'a misspelt key of the certificate',
    `${volume}${publicName}certificate: {by: letsencrypt, mail: a@b}`,
    ['bad.yml:4:32: certificate.mail: unknown key; did you mean email?'],
  ],
  [
    'a misspelt key of the registry',
    `${volume}registry: {nofitications: {}}`,
    ['bad.yml:3:27: registry.nofitications: unknown key; did you mean notifications?'],
  ],
  [
    'words in place of sections',
    `engine: cdktf\nstorage: {driver: filesystem}\nhost: ssh://me@host\ncollection: true\nstandby: https://standby.example.com\n`,
    [
      'bad.yml:3:7: host: must be a section with keys such as uri, instance, tlsFolder (it says "ssh://me@host")',
      /^bad.yml:4:13: collection: must be a section with keys such as run, schedule \(it says "true"\)$/,
      /^bad.yml:5:10: standby: must be a section with keys such as /,
    ],
  ],
  [
    'a misspelt provider',
    'engine: cdktf\nstorage: {driver: s3, bucket: images, provider: wasaby, region: r}',
    [/^bad.yml:2:49: storage.provider: must be one of aws, nifcloud, .*versity; did you mean wasabi\? \(it says "wasaby"\)$/],
  ],
  [
    'a misspelt way of a certificate',
    `${volume}certificate: {by: selfsigned}`,
    [
      'bad.yml:3:19: certificate.by: must be one of letsencrypt, files, self-signed, proxy, none; did you mean self-signed? (it says "selfsigned")',
    ],
  ],
  [
    'a bucket that S3 would refuse',
    `engine: cdktf\nstorage: ${s3.replace('images', 'My_Images')}}`,
    [/^bad.yml:2:31: storage.bucket: must be a bucket's name of 3 to 63 lowercase letters.* \(it says "My_Images"\)$/],
  ],
  [
    'an endpoint without a scheme',
    'engine: cdktf\nstorage: {driver: s3, bucket: images, region: r, endpoint: s3.example.com}',
    ['bad.yml:2:60: storage.endpoint: must be https://host, or http://host:port (it says "s3.example.com")'],
  ],
  [
    'a signing version that is none',
    `engine: cdktf\nstorage: ${s3}, signingVersion: 2}`,
    [/storage.signingVersion: must be one of v2, v4; did you mean v2\? \(it says "2"\)$/],
  ],
  [
    'yes in other words',
    `engine: cdktf\nstorage: ${s3}, existing: maybe}`,
    [/storage.existing: must be true or false \(it says "maybe"\)$/],
  ],
  [
    'a bucket of somebody else that is to go',
    `engine: cdktf\nstorage: ${s3}, existing: true, onDestroy: empty}`,
    [/storage.onDestroy: must be retain for a bucket that is there already.* \(it says "empty"\)$/],
  ],
  [
    'R2 without an account',
    'engine: cdktf\nstorage: {driver: s3, provider: cloudflare-r2, bucket: images}',
    [/storage.account: is missing/, /storage: is incomplete: .* needs an account/],
  ],
  [
    'a port beyond all',
    `${volume}host: {port: 70000}`,
    ['bad.yml:3:14: host.port: must be a whole number from 1 to 65535 (it says "70000")'],
  ],
  [
    'too little memory',
    `${volume}host: {memoryMiB: 64}`,
    ['bad.yml:3:19: host.memoryMiB: must be a whole number from 128 to 1048576 (it says "64")'],
  ],
  [
    'processors in words',
    `${volume}host: {cpus: two}`,
    ['bad.yml:3:14: host.cpus: must be a number of processors such as 0.5 or 2 (it says "two")'],
  ],
  [
    'a constraint that is none',
    `${bucket}certificate: {by: none}\nhost: {swarm: {constraints: [worker]}}`,
    ['bad.yml:4:30: host.swarm.constraints.0: must be a placement constraint such as node.labels.disk==ssd (it says "worker")'],
  ],
  [
    'a name with a scheme',
    `${volume}domain: https://registry.example.com`,
    [
      'bad.yml:3:9: domain: must be a DNS name in lowercase letters such as registry.example.com, without scheme and port (it says "https://registry.example.com")',
    ],
  ],
  [
    'an address that is a name',
    `${volume}${publicName}dns: {by: manual, addresses: [host]}`,
    [/^bad.yml:4:31: dns.addresses.0: must be the host's public address.* \(it says "host"\)$/],
  ],
  [
    'a zone elsewhere',
    `${volume}${publicName}dns: {by: nifcloud, zone: example.org, addresses: [203.0.113.5]}`,
    ['bad.yml:4:27: dns.zone: must be a zone that the domain registry.example.com lies in (it says "example.org")'],
  ],
  [
    'a host that is made twice',
    `${bucket}certificate: {by: none}\nhost: {uri: 'ssh://a', ${instance}}`,
    [/^bad.yml:4:13: host.uri: has no use with host.instance.* \(it says "ssh:\/\/a"\)$/],
  ],
  [
    'a key that is private',
    `${bucket}certificate: {by: none}\nhost: {instance: {by: nifcloud, zone: east-11, publicKey: '-----BEGIN', admit: [203.0.113.5]}}`,
    [/host.instance.publicKey: must be the line of a .pub file, such as ssh-rsa AAAA… me@here/],
  ],
  [
    'an image without a name',
    `${volume}image: {reference: ':latest'}`,
    [/^bad.yml:3:20: image.reference: must be an image such as .* \(it says ":latest"\)$/],
  ],
  [
    'a state in a bucket that is none',
    `${volume}state: {backend: s3, bucket: x, region: r}`,
    [/^bad.yml:3:30: state.bucket: must be a bucket's name/],
  ],
  [
    'a secret of the registry',
    `${volume}registry: {http: {secret: hunter2}}`,
    [/^bad.yml:3:27: registry.http.secret: is a secret, .* \(it says \*\*\*\)$/],
  ],
  [
    'secrets of the registry in lists, and an address with one in it',
    `${volume}registry:\n  notifications: {endpoints: [{name: a, url: 'https://a.example', headers: {Authorization: [hunter2]}}, {name: b, url: 'https://b:hunter2@b.example'}]}\n  health: {http: [{uri: 'https://c.example', headers: {X-Key: [hunter2]}}]}`,
    [
      /^bad.yml:4:93: registry.notifications.endpoints.0.headers.Authorization.0: is a secret, and has no place in this file: write .* \(it says \*\*\*\)$/,
      /^bad.yml:4:\d+: registry.notifications.endpoints.1.url: is a secret, .* \(it says \*\*\*\)$/,
      /^bad.yml:5:\d+: registry.health.http.0.headers.X-Key.0: is a secret, .* \(it says \*\*\*\)$/,
    ],
  ],
  [
    'a key of the bucket in the file',
    `engine: cdktf\nstorage: ${s3}, secretKey: hunter2}`,
    [/^bad.yml:2:86: storage.secretKey: unknown key; keys have no place in this file: TF_VAR_s3_access_key and TF_VAR_s3_secret_key hand/],
  ],
  ['a list where a section belongs', `${volume}labels: [a]`, ['bad.yml:3:9: labels: must be a section of names and values']],
  ['YAML that is none', `${volume}host: {port: 5`, [/^bad.yml:\d:\d+: this is not readable as YAML: /]],
  [
    'all of it at once',
    'engine: cdktf\nstorage: {driver: s3, bucket: A}\nhost: {port: 0, uri: nowhere}\ndomain: A\nlabels: {a: 1}\nregistry: {log: {level: loud}}',
    [
      /^bad.yml:2:31: storage.bucket: must be/,
      /^bad.yml:3:14: host.port: must be/,
      /^bad.yml:3:22: host.uri: must be a Docker engine/,
      /^bad.yml:4:9: domain: must be/,
      /^bad.yml:5:13: labels.a: must be/,
      /^bad.yml:6:25: registry.log.level: must be one of debug/,
    ],
  ],
])('%s is said with its place, its value, and what is allowed', (_, text, expected) => {
  const said = complaints(text, 'bad.yml')

  expect(said).toHaveLength(expected.length)
  for (const [index, line] of expected.entries()) {
    if (typeof line === 'string') expect(said[index]).toBe(line)
    else expect(said[index]).toMatch(line)
  }
  expect(said.join()).not.toContain('hunter2')
})
