import { expect, test } from 'vitest'
import { complaints } from './support/complaints.ts'

const docker = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const aws = (host: string, more: string) =>
  `engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {region: eu-west-1, ${host}}\ndomain: a.example.com\ndns: {by: route53, zone: example.com}\n${more}`

test.each([
  'standby: {target: b.example.com}',
  'standby: {target: "b.example.com:5000/mirror/**", interval: 5m, delete: true, user: pusher, sourceUser: puller}',
  'standby: {target: "http://standby:5000"}',
  'standby: {target: "b.example.com/mirror/**", repositories: team/**}',
  'standby: {target: b.example.com, repositories: "*/app"}',
  'domain: a.example.com\nstandby: {target: b.example.com}',
  'domain: a.example.com\ncertificate: {by: proxy, proxy: traefik, network: web}\nstandby: {target: b.example.com}',
  'domain: a.example.com\ncertificate: {by: proxy, proxy: other}\nstandby: {target: b.example.com}',
])('takes %s', text => {
  expect(complaints(docker + text)).toEqual([])
})

test.each([
  ['no target', 'standby: {interval: 30s}', 'standby.target: is missing: must be a registry such as standby.example.com'],
  ['one repository', 'standby: {target: b.example.com/team/app}', 'standby.target: must be a registry'],
  ['a pattern that cannot be filled in', 'standby: {target: "b.example.com/*/app"}', 'standby.target: must be a registry'],
  ['an option in place of a host', 'standby: {target: --insecure}', 'standby.target: must be a registry'],
  ['an archive', 'standby: {target: "oci:folder"}', 'standby.target: must be a registry'],
  ['one repository here', 'standby: {target: b.example.com, repositories: team/app}', 'standby.repositories: must be the beginning'],
  [
    'a pattern that is filled in nowhere',
    'standby: {target: "b.example.com/mirror/**", repositories: "*/app"}',
    'standby.repositories: must end with /**',
  ],
  ['an interval that is none', 'standby: {target: b.example.com, interval: often}', 'standby.interval: must be a duration from a second'],
  ['a password', 'standby: {target: b.example.com, password: p}', 'standby.password: unknown key'],
  ['itself', 'domain: a.example.com\nstandby: {target: "a.example.com/mirror/**"}', 'standby.target: must be another registry'],
  [
    'a certificate without a name',
    'certificate: {by: self-signed}\nstandby: {target: b.example.com}',
    'domain: must be given with standby',
  ],
  [
    'a proxy on the engine’s bridge',
    'domain: a.example.com\ncertificate: {by: proxy, proxy: nginx-proxy}\nstandby: {target: b.example.com}',
    'certificate.network: must be given with standby',
  ],
])('refuses %s', (_, text, expected) => {
  expect(complaints(docker + text).join('\n')).toContain(expected)
})

test.each([
  ['on an instance', 'kind: instance', '', 'standby: must not be given for host.kind: instance'],
  ['where few are admitted', 'kind: fargate', 'network: {admit: [203.0.113.0/24]}\n', 'network.admit: cannot be given with standby'],
  ['without a way out', 'kind: fargate', 'network: {private: true}\n', 'network.natGateways: must be 1 at least with standby'],
])('refuses one on AWS %s', (_, host, more, expected) => {
  expect(complaints(aws(host, `${more}standby: {target: b.example.com}`)).join('\n')).toContain(expected)
})

test('takes one on Fargate, whose passwords are in Secrets Manager', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:standby-AbCdEf'

  expect(complaints(aws('kind: fargate', `standby: {target: b.example.com, secret: "${secret}", sourceSecret: "${secret}"}`))).toEqual([])
})
