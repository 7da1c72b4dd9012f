import { describe, expect, test } from 'vitest'
import { providerNamed } from '../../../../lib/environment/providers/index.ts'
import type { ProviderPreset } from '../../../../lib/environment/providers/provider-preset.ts'
import { type BucketPlace, storageSettings } from '../../../../lib/environment/providers/storage-settings.ts'

const settings = (name: string, place: Partial<BucketPlace> = {}) => storageSettings(providerNamed(name), { bucket: 'images', ...place })

describe('the endpoint of', () => {
  test.each<[string, Partial<BucketPlace>, string | undefined]>([
    ['aws', { region: 'eu-west-1' }, undefined],
    ['aws', { region: 'cn-north-1' }, 's3.cn-north-1.amazonaws.com.cn'],
    ['nifcloud', { region: 'jp-east-1' }, 'jp-east-1.storage.api.nifcloud.com'],
    ['nifcloud-old', {}, 'jp-east-2.os.cloud.nifty.com'],
    ['sakura', { region: 'jp-north-1' }, 's3.isk01.sakurastorage.jp'],
    ['sakura', { region: 'jp-east-1' }, 's3.tky01.sakurastorage.jp'],
    ['conoha', {}, 's3.c3j1.conoha.io'],
    ['cloudflare-r2', { account: '0123abc' }, '0123abc.r2.cloudflarestorage.com'],
    ['backblaze-b2', { region: 'us-west-004' }, 's3.us-west-004.backblazeb2.com'],
    ['wasabi', { region: 'us-east-1' }, 's3.us-east-1.wasabisys.com'],
    ['digitalocean', { region: 'fra1' }, 'fra1.digitaloceanspaces.com'],
    ['hetzner', { region: 'nbg1' }, 'nbg1.your-objectstorage.com'],
    ['ovh', { region: 'gra' }, 's3.gra.io.cloud.ovh.net'],
    ['ovh', { region: 'us-east-va' }, 's3.us-east-va.io.cloud.ovh.us'],
    ['scaleway', { region: 'fr-par' }, 's3.fr-par.scw.cloud'],
    ['google', {}, 'storage.googleapis.com'],
    ['oracle', { region: 'eu-frankfurt-1', account: 'axaxnpcr' }, 'axaxnpcr.compat.objectstorage.eu-frankfurt-1.oci.customer-oci.com'],
    ['minio', { endpoint: 'store.example:9000' }, 'store.example:9000'],
    ['ceph', { region: 'default', endpoint: 'https://rgw.example' }, 'rgw.example'],
    ['garage', { endpoint: 'https://garage.example/' }, 'garage.example'],
    ['seaweedfs', { endpoint: 'https://gate.example/s3' }, 'https://gate.example/s3'],
    ['versity', { endpoint: 'gateway.example' }, 'gateway.example'],
  ])('%s with %o is %s', (name, place, endpoint) => {
    expect(settings(name, place).s3).toMatchObject({ bucket: 'images', secure: true })
    expect(settings(name, place).s3.regionendpoint).toBe(endpoint)
  })

  test('a server without TLS is told by its URL', () => {
    expect(settings('minio', { endpoint: 'http://localhost:9000' }).s3).toMatchObject({ regionendpoint: 'localhost:9000', secure: false })
  })

  test('a region that is too new to be known follows the pattern', () => {
    expect(settings('digitalocean', { region: 'atl1' }).s3).toMatchObject({ region: 'atl1', regionendpoint: 'atl1.digitaloceanspaces.com' })
  })
})

describe('the way of speaking to', () => {
  test.each([
    ['aws', 'eu-west-1', 'v4', false],
    ['nifcloud-old', 'jp-east-2', 'v2', true],
    ['nifcloud', 'jp-west-2', 'v4', true],
    ['digitalocean', 'fra1', 'v4', true],
  ])('%s in %s is signed by %s, with forcepathstyle %s', (name, region, signingversion, forcepathstyle) => {
    expect(settings(name, { region }).s3).toMatchObject({ region, signingversion, forcepathstyle })
  })

  test('a store without access control lists sets none', () => {
    expect(settings('garage', { endpoint: 'garage.example' }).s3.objectacl).toBe('none')
    expect(settings('conoha').s3).not.toHaveProperty('objectacl')
  })

  test('a store that takes few parts makes them larger', () => {
    expect(settings('scaleway', { region: 'fr-par' }).s3.chunksize).toBe(33_554_432)
    expect(settings('conoha').s3).not.toHaveProperty('chunksize')
  })

  test('a store without presigned URLs redirects nobody; otherwise the registry finds out by itself', () => {
    const base = providerNamed('conoha')
    const without: ProviderPreset = { ...base, supports: { ...base.supports, presignedUrls: 'no' } }
    expect(storageSettings(without, { bucket: 'images' }).redirect).toEqual({ disable: true })
    expect(storageSettings(base, { bucket: 'images' })).not.toHaveProperty('redirect')
  })
})

describe('what is missing is named:', () => {
  test.each<[string, Partial<BucketPlace>, string]>([
    ['hetzner', {}, 'Hetzner Object Storage needs a region, such as fsn1, nbg1, hel1'],
    ['ceph', { endpoint: 'rgw.example' }, 'Ceph Object Gateway needs a region'],
    ['minio', {}, 'MinIO needs an endpoint'],
    [
      'sakura',
      { region: 'jp-west-9' },
      'Sakura Cloud Object Storage needs an endpoint in region jp-west-9; known are jp-north-1, jp-east-1',
    ],
    ['cloudflare-r2', {}, "Cloudflare R2 needs an account: the account's ID"],
  ])('%s with %o', (name, place, message) => {
    expect(() => settings(name, place)).toThrow(message)
  })
})
