import type { ProviderPreset } from './provider-preset.ts'

export const digitalocean: ProviderPreset = {
  name: 'digitalocean',
  title: 'DigitalOcean Spaces',
  // https://docs.digitalocean.com/reference/api/spaces, which signs with the region's own name.
  endpoint: '{region}.digitaloceanspaces.com',
  // rclone's list (backend/s3/provider/DigitalOcean.yaml).
  regions: ['nyc3', 'sfo2', 'sfo3', 'ams3', 'sgp1', 'lon1', 'fra1', 'tor1', 'blr1', 'syd1'],
  // "SigV4 (recommended) and SigV2 for legacy clients", on the same page.
  signing: ['v4', 'v2'],
  // Its static sites have the bucket in the host's name; that the path does as well is from its clients.
  addressing: ['path', 'virtual'],
  supports: {
    // All of these: https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    conditionalPut: 'unknown',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  notes: ['A CDN before a Space does not matter to the registry: it asks the Space itself.'],
  documentation: 'https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/',
}
