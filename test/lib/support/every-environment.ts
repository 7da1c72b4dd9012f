import type { CdktfEnvironment } from '../../../lib/environment/environment.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { selectEnvironments } from '../../../lib/environment/select-environments.ts'
import { authority } from '../../registry-app/tls/support/certificates.ts'

const s3 = 'storage: {driver: s3, bucket: images'
const dns = (way: string) =>
  `storage: {driver: filesystem}\ndomain: registry.example.com\ndns: {addresses: [203.0.113.5, "2001:db8::5"], ${way}}`

const nifcloudHost =
  'host: {instance: {by: nifcloud, zone: east-11, publicKey: "ssh-rsa AAAAB3NzaC1yc2E= me@here", admit: [203.0.113.0/24]}}'

/** One for each way in which something is made; what a new way makes is checked once it stands here. */
const texts: Readonly<Record<string, string>> = {
  volume: 'storage: {driver: filesystem, onDestroy: delete}\nlabels: {team: build}',
  'any-store': `${s3}, endpoint: 'https://s3.example', region: x, signingVersion: v2}`,
  'own-authority': `${s3}, endpoint: 'https://s3.office.lan', region: x, authority: ${JSON.stringify(authority)}}`,
  nifcloud: `${s3}, provider: nifcloud, region: jp-east-1}`,
  r2: `${s3}, provider: cloudflare-r2, endpoint: 'https://abc.eu.r2.cloudflarestorage.com'}`,
  aws: `${s3}, provider: aws, region: eu-west-1}\nlabels: {team: build}`,
  existing: `${s3}, endpoint: 'https://s3.example', region: x, existing: true}`,
  'nifcloud-host': `${s3}, provider: nifcloud, region: jp-east-1}\ndomain: registry.example.com\n${nifcloudHost}\ndns: {by: nifcloud, zone: example.com}`,
  manual: dns('by: manual'),
  rfc2136: dns('by: rfc2136, server: ns.example.com, zone: example.com, keyName: key'),
  route53: dns('by: route53, zoneId: Z0123456789'),
  cloudflare: dns('by: cloudflare, zoneId: 0123456789abcdef0123456789abcdef'),
  'self-signed': 'storage: {driver: filesystem}\ncertificate: {by: self-signed}',
  'state-in-a-bucket':
    'storage: {driver: filesystem}\ncertificate: {by: self-signed}\nstate: {backend: s3, bucket: states, region: eu-west-1}',
  files: `${s3}, provider: nifcloud-old}\ndomain: registry.example.com\ncertificate: {by: files, group: 33}\nauth: {by: password, user: builder}`,
  'other-proxy': `${s3}, provider: minio, endpoint: 'http://minio:9000', region: us-east-1, onDestroy: empty}\ndomain: a.lan\ncertificate: {by: proxy, proxy: other}\nauth: {by: none}`,
  engine:
    "storage: {driver: filesystem}\nhost: {uri: 'tcp://10.0.0.1:2376', tlsFolder: /certs}\nimage: {reference: 'ghcr.io/you/registry:1', username: you}",
  'nginx-proxy':
    'storage: {driver: filesystem}\ndomain: registry.example.com\ncertificate: {by: proxy, proxy: nginx-proxy, network: proxies}',
  standby: 'storage: {driver: filesystem}\nstandby: {target: standby.example.com}',
  'standby-self-signed': `storage: {driver: filesystem}\ndomain: a.lan\ncertificate: {by: self-signed}\nstandby: {target: b.lan/mirror/**, user: pusher, sourceUser: puller, delete: true, authority: ${JSON.stringify(authority)}}`,
  'standby-swarm': `${s3}, endpoint: 'https://s3.example', region: x}\ndomain: registry.example.com\nhost: {swarm: {}}\nstandby: {target: standby.example.com, user: pusher}`,
  'nifcloud-dns': dns('by: nifcloud, zone: example.com'),
  collector: 'storage: {driver: filesystem}\ncollection: {run: job, schedule: 0 3 * * *}',
  'swarm-collector': `${s3}, provider: nifcloud, region: jp-east-1}\nimage: {reference: 'ghcr.io/you/registry:1'}\nhost: {swarm: {}}\ncertificate: {by: none}\ncollection: {run: job}`,
}

/** These, and those that are shipped. */
export function everyEnvironment(): readonly CdktfEnvironment[] {
  const own = Object.entries(texts).map(([name, text]) => parseEnvironment(`own-${name}.yml`, `engine: cdktf\n${text}\n`))
  return [...own, ...selectEnvironments()].filter((environment): environment is CdktfEnvironment => environment.engine === 'cdktf')
}
