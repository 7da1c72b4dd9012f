import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reach } from '../../../lib/environment/reach.ts'
import { cdktfEnvironment } from '../../../lib/environment/schema.ts'
import { exportEnvironment } from '../../../lib/terraform/export-environment.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { everyEnvironment } from '../support/every-environment.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Synthesized, synthesize } from './synthesize.ts'

markSecrets()

// Synthesized in the first test: the marks must be there before.
let once: Synthesized | undefined
const all = () => {
  once ??= synthesize(everyEnvironment())
  return once
}

/** The files below a folder in which the mark stands, and how many were looked at. */
function marked(folder: string) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return { looked: files.length, found: files.filter(file => readFileSync(file, 'utf8').includes(mark)) }
}

test('every way that a file can name is among them', () => {
  const ways = ({ options }: { options: readonly { shape: { by: { value: string } } }[] }) => options.map(({ shape }) => shape.by.value)
  const { certificate, dns } = cdktfEnvironment.shape
  const environments = everyEnvironment()
  const named = (by: readonly (string | undefined)[]) => [...new Set(by.filter(way => way !== undefined))].toSorted()

  expect(named(environments.map(environment => reach(environment).certificate.by))).toEqual(ways(certificate.unwrap()).toSorted())
  expect(named(environments.map(environment => environment.dns?.by))).toEqual(ways(dns.unwrap()).toSorted())
})

test('no file of cdktf.out has a secret of the shell in it, whatever way bucket, records, certificate, users and host are made', () => {
  const { looked, found } = marked(all().outdir)

  expect(looked).toBeGreaterThan(2 * everyEnvironment().length)
  expect(found).toEqual([])
})

test('no file of exported Terraform has one', () => {
  const folder = temporaryFolder()
  const appFolder = stubAppFolder()
  // An export is the same synthesis, copied: one with each kind of secret will do.
  const some = ['own-nifcloud-host', 'own-rfc2136', 'own-self-signed', 'r2', 'swarm']
  const environments = everyEnvironment().filter(({ name }) => some.includes(name))
  for (const environment of environments) exportEnvironment(environment, join(folder, environment.name), { appFolder })

  expect(environments).toHaveLength(some.length)
  expect(marked(folder)).toMatchObject({ found: [] })
})

const volume = ['docker_volume.images']
const user = ['random_password.first_user']
const authority = ['tls_cert_request.registry', 'tls_locally_signed_cert.registry', 'tls_private_key.authority', 'tls_private_key.registry']
const made = (type: string) => [`${type}.images`, 'terraform_data.first-bucket']
/**
 * What holds images or secrets, or is told to people, by its address in the state. A change here makes an upgrade of the kit replace it in what is
 * deployed: where one has to be, the stack needs a `moved` block.
 */
const addresses: Readonly<Record<string, readonly string[]>> = {
  'own-volume': volume,
  'own-any-store': made('minio_s3_bucket'),
  'own-nifcloud': made('nifcloud_storage_bucket'),
  'own-r2': made('cloudflare_r2_bucket'),
  'own-aws': [
    ...made('aws_s3_bucket'),
    'aws_s3_bucket_lifecycle_configuration.images-uploads',
    'aws_s3_bucket_public_access_block.images-access',
  ],
  'own-existing': [],
  'own-manual': [...volume, ...user],
  'own-self-signed': [...volume, ...user, ...authority, 'tls_self_signed_cert.authority'],
  'own-nifcloud-host': [
    ...made('nifcloud_storage_bucket'),
    ...user,
    'nifcloud_elastic_ip.host-address',
    'nifcloud_instance.host',
    'nifcloud_key_pair.host-key',
    'nifcloud_security_group.host-firewall',
    'nifcloud_security_group_rule.port-443',
    'nifcloud_security_group_rule.port-80',
    'nifcloud_security_group_rule.ssh-0',
    'terraform_data.host-docker',
  ],
  swarm: user,
}

test.each(Object.entries(addresses))('the data stack of %s has the addresses that it always had', (name, expected) => {
  const { resource } = all().stack(`registry-${name}-data`)
  const found = Object.entries(resource).flatMap(([type, each]) => Object.keys(each).map(id => `${type}.${id}`))

  expect(found.toSorted()).toEqual(expected.toSorted())
})

test.each([
  ['own-rfc2136', ['dns_a_record_set.ipv4', 'dns_aaaa_record_set.ipv6']],
  ['own-route53', ['aws_route53_record.ipv4', 'aws_route53_record.ipv6']],
  ['own-cloudflare', ['cloudflare_dns_record.ipv4-0', 'cloudflare_dns_record.ipv6-0']],
  ['own-nifcloud-dns', ['nifcloud_dns_record.ipv4-0', 'nifcloud_dns_record.ipv6-0']],
])('the records of %s have the addresses that they always had', (name, expected) => {
  const { resource } = all().stack(`registry-${name}`)
  const found = Object.entries(resource).flatMap(([type, each]) => Object.keys(each).map(id => `${type}.${id}`))

  expect(found.filter(address => /record/.test(address)).toSorted()).toEqual(expected)
})
