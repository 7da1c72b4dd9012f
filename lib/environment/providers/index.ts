import { nearest } from '../../../registry-app/src/config/nearest.ts'
import { aws } from './aws.ts'
import { backblazeB2 } from './backblaze-b2.ts'
import { ceph } from './ceph.ts'
import { cloudflareR2 } from './cloudflare-r2.ts'
import { conoha } from './conoha.ts'
import { digitalocean } from './digitalocean.ts'
import { garage } from './garage.ts'
import { google } from './google.ts'
import { hetzner } from './hetzner.ts'
import { minio } from './minio.ts'
import { nifcloud } from './nifcloud.ts'
import { nifcloudOld } from './nifcloud-old.ts'
import { oracle } from './oracle.ts'
import { ovh } from './ovh.ts'
import type { ProviderPreset } from './provider-preset.ts'
import { sakura } from './sakura.ts'
import { scaleway } from './scaleway.ts'
import { seaweedfs } from './seaweedfs.ts'
import { versity } from './versity.ts'
import { wasabi } from './wasabi.ts'

/** Every preset, services first, then what one runs oneself. */
export const providers: readonly ProviderPreset[] = [
  aws,
  nifcloud,
  nifcloudOld,
  sakura,
  conoha,
  cloudflareR2,
  backblazeB2,
  wasabi,
  digitalocean,
  hetzner,
  ovh,
  scaleway,
  google,
  oracle,
  minio,
  ceph,
  garage,
  seaweedfs,
  versity,
]

/** @throws Error that names the nearest one, or all of them */
export function providerNamed(name: string): ProviderPreset {
  const found = providers.find(provider => provider.name === name)
  if (found) return found
  const names = providers.map(provider => provider.name)
  const meant = nearest(name, names)
  throw new Error(`no provider is called ${name}; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`)
}
