import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { authority } from '../../registry-app/tls/support/certificates.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, type Synthesized, synthesize } from './synthesize.ts'

markSecrets()

const made = new Map<string, Synthesized>()
/** Both stacks with that storage, synthesized once. */
function stacks(storage: string) {
  const known = made.get(storage)
  if (known) return known
  const both = synthesize([dockerEnvironment('try', `storage: {driver: s3, bucket: images, ${storage}}\nlabels: {team: build}`)])
  made.set(storage, both)
  return both
}
const data = (storage: string) => stacks(storage).stack('registry-try-data')
/** What the registry's stack asks of the data stack's state. */
const asked = (storage: string) =>
  z
    .object({ postcondition: z.array(z.object({ condition: z.string(), error_message: z.string() })) })
    .parse(stacks(storage).stack('registry-try').data?.terraform_remote_state?.['registry-try-data']?.lifecycle).postcondition

const expression = (text: string) => `\${${text}}`
const reference = (variable: string) => expression(`var.${variable}`)
const minio = "provider: minio, endpoint: 'http://minio:9000', region: us-east-1"
const ways = [
  { way: 'a store of one’s own', storage: minio, type: 'minio_s3_bucket', provider: 'minio' },
  {
    way: 'a store of which nothing is known',
    storage: "endpoint: 'https://s3.example', region: x",
    type: 'minio_s3_bucket',
    provider: 'minio',
  },
  { way: 'the old store of NIFCLOUD', storage: 'provider: nifcloud-old', type: 'minio_s3_bucket', provider: 'minio' },
  { way: 'NIFCLOUD', storage: 'provider: nifcloud, region: jp-east-1', type: 'nifcloud_storage_bucket', provider: 'nifcloud' },
  {
    way: 'NIFCLOUD at another address than its provider knows',
    storage: "provider: nifcloud, region: jp-east-1, endpoint: 'https://s3.example'",
    type: 'minio_s3_bucket',
    provider: 'minio',
  },
  { way: 'Cloudflare R2', storage: 'provider: cloudflare-r2, account: abc', type: 'cloudflare_r2_bucket', provider: 'cloudflare' },
  { way: 'Amazon S3', storage: 'provider: aws, region: eu-west-1', type: 'aws_s3_bucket', provider: 'aws' },
]

describe.each(ways)('the bucket of $way', ({ storage, type, provider }) => {
  test('is made by the provider that can', () => {
    const { terraform, resource } = data(storage)

    expect(Object.keys(terraform.required_providers ?? {})).toEqual([provider])
    expect(Object.keys(resource)).toContain(type)
  })

  test(`has the address ${type}.images, which must never change: an upgrade would replace the images`, () => {
    expect(Object.keys(data(storage).resource[type] ?? {})).toEqual(['images'])
  })

  test('is not destroyed, and not made where s3_bucket names another', () => {
    expect(data(storage).resource[type]?.images).toMatchObject({
      count: expression('var.s3_bucket == "images" ? 1 : 0'),
      lifecycle: { prevent_destroy: true },
    })
  })

  test('may go where the file says so, and is never emptied by Terraform', () => {
    const bucket = data(`${storage}, onDestroy: empty`).resource[type]?.images ?? {}

    expect(bucket.lifecycle).toBeUndefined()
    expect(bucket.force_destroy ?? false).toBe(false)
  })

  test('is held against the s3_bucket that the stack began with', () => {
    expect(data(storage).resource.terraform_data?.['first-bucket']).toMatchObject({
      input: reference('s3_bucket'),
      lifecycle: {
        ignore_changes: ['input'],
        postcondition: [{ condition: expression('self.output != "images" || var.s3_bucket == "images"') }],
      },
    })
  })

  test('is the one that the registry asks, also where that is deployed alone', () => {
    expect(asked(storage)).toContainEqual({
      condition: expression('try(self.outputs.bucket, var.s3_bucket) == var.s3_bucket'),
      error_message: expect.stringContaining('the registry would start without the images'),
    })
  })

  test('says what a destroy keeps', () => {
    expect(data(storage).output.kept?.value).toMatch(/^the bucket images: destroying it is refused/)
    expect(data(`${storage}, onDestroy: empty`).output.kept?.value).toContain('npm run kit -- empty try')
  })

  test('has no secret in it', () => {
    expect(JSON.stringify(data(storage))).not.toContain(mark)
  })
})

test('the minio provider signs by the version of the variable, at the address of the variable', () => {
  expect(data(minio).provider?.minio).toEqual([
    {
      minio_server: expression('replace(var.s3_endpoint, "/^https?:\\\\/\\\\/|\\\\/$/", "")'),
      minio_ssl: expression('!startswith(var.s3_endpoint, "http://")'),
      minio_api_version: reference('s3_signing_version'),
      minio_region: reference('s3_region'),
      minio_user: expression('var.s3_access_key == "" ? null : var.s3_access_key'),
      minio_password: expression('var.s3_secret_key == "" ? null : var.s3_secret_key'),
    },
  ])
})

test('the minio provider trusts an authority of one’s own, by a file beside the stack', () => {
  const own = `endpoint: 'https://s3.office.lan', region: x, authority: ${JSON.stringify(authority)}`
  const synthesized = synthesize([dockerEnvironment('try', `storage: {driver: s3, bucket: images, ${own}}`)])
  const [provider] = synthesized.stack('registry-try-data').provider?.minio ?? []
  const path = (provider as Readonly<Record<string, unknown>>).minio_cacert_file
  expect(path).toMatch(/^assets\/.*\/authority\.pem$/)
  expect(readFileSync(join(synthesized.outdir, 'stacks/registry-try-data', String(path)), 'utf8')).toBe(authority)
})

test('NIFCLOUD’s provider gets the keys of the storage, and none of the account', () => {
  expect(data('provider: nifcloud, region: jp-west-2').provider?.nifcloud).toEqual([
    {
      storage_region: reference('s3_region'),
      storage_access_key: expression('var.s3_access_key == "" ? null : var.s3_access_key'),
      storage_secret_key: expression('var.s3_secret_key == "" ? null : var.s3_secret_key'),
    },
  ])
})

test('Cloudflare’s token is a variable of its provider’s own', () => {
  expect(data('provider: cloudflare-r2, account: abc').provider?.cloudflare).toEqual([{}])
})

test('a bucket of R2 is made in the jurisdiction that its endpoint names', () => {
  const { resource } = data("provider: cloudflare-r2, endpoint: 'https://abc.eu.r2.cloudflarestorage.com'")

  expect(resource.cloudflare_r2_bucket?.images).toMatchObject({ account_id: 'abc', name: 'images', jurisdiction: 'eu' })
})

test('a bucket on AWS is private, and aborts forgotten uploads', () => {
  const { resource } = data('provider: aws, region: eu-west-1')

  expect(resource.aws_s3_bucket?.images).toMatchObject({ tags: { team: 'build', 'bucket-registry.environment': 'try' } })
  expect(resource.aws_s3_bucket_public_access_block?.['images-access']).toMatchObject({
    bucket: expression('aws_s3_bucket.images[0].bucket'),
    block_public_policy: true,
  })
  expect(resource.aws_s3_bucket_lifecycle_configuration?.['images-uploads']).toMatchObject({
    rule: [{ status: 'Enabled', filter: [{}], abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }],
  })
})

test('another address than the provider’s own is refused where its own API makes the bucket', () => {
  expect(data('provider: nifcloud, region: jp-east-1').variable?.s3_endpoint?.validation).toMatchObject([
    { condition: expression('var.s3_endpoint == "https://jp-east-1.storage.api.nifcloud.com"') },
  ])
  expect(data(minio).variable?.s3_endpoint).not.toHaveProperty('validation')
})

describe('a bucket that is there already', () => {
  const stack = () => data(`${minio}, existing: true`)

  test('is not made, and needs no provider', () => {
    expect(stack().resource).toEqual({})
    expect(stack().terraform.required_providers).toBeUndefined()
    expect(stack().output.kept?.value).toContain('which this stack did not create')
  })

  test('may be another one for the registry: it is nobody’s', () => {
    expect(asked(`${minio}, existing: true`).map(({ condition }) => condition)).toEqual([expression('can(self.outputs.kept)')])
  })

  test('stays, if this stack made it before the file said so', () => {
    expect(stack().removed).toContainEqual({ from: 'minio_s3_bucket.images', lifecycle: { destroy: false } })
    expect(stack().removed).toContainEqual({ from: 'aws_s3_bucket_public_access_block.images-access', lifecycle: { destroy: false } })
  })
})
