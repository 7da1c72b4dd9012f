import type { ProviderPreset } from './provider-preset.ts'

export const cloudflareR2: ProviderPreset = {
  name: 'cloudflare-r2',
  title: 'Cloudflare R2',
  // Endpoint, region and the table of calls: https://developers.cloudflare.com/r2/api/s3/api/
  endpoint: '{account}.r2.cloudflarestorage.com',
  account: "the account's ID, 32 hexadecimal digits, on the dashboard's overview of R2",
  regions: ['auto'],
  // https://developers.cloudflare.com/r2/api/s3/presigned-urls/ and its examples speak of Version 4 alone.
  signing: ['v4'],
  // rclone uses paths (backend/s3/provider/Cloudflare.yaml); the page on extensions also shows a bucket in the host's name.
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // "rejected with 412 PreconditionFailed": https://developers.cloudflare.com/r2/api/s3/extensions/
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  // "All parts except the last one must be the same size": https://developers.cloudflare.com/r2/objects/multipart-objects/
  equalParts: true,
  // x-amz-acl is among what is not implemented, in the table of calls.
  withoutAcl: true,
  notes: [
    // https://developers.cloudflare.com/r2/objects/multipart-objects/
    'It aborts unfinished multipart uploads by itself after 7 days.',
    'Buckets in a jurisdiction have an endpoint of their own, such as `ACCOUNT.eu.r2.cloudflarestorage.com`.',
  ],
  documentation: 'https://developers.cloudflare.com/r2/api/s3/api/',
}
