import type { ProviderPreset } from './provider-preset.ts'

export const conoha: ProviderPreset = {
  name: 'conoha',
  title: 'ConoHa Object Storage',
  // Endpoint, region, path style only, Version 4, no CRC32 checksums: a user's notes on the real service (August 2026, on Terraform's backend
  // for S3), and https://suzuna.me/posts/conoha-object-storage-with-boto3. No page of the provider's was at hand. They disagree on what runs
  // behind it: Ceph's gateway, or OpenStack Swift, which has neither ListObjects version 2 nor presigned URLs.
  endpoint: 's3.c3j1.conoha.io',
  regions: ['conoha'],
  signing: ['v4'],
  addressing: ['path'],
  supports: {
    listV1: 'unknown',
    listV2: 'unknown',
    multiDelete: 'unknown',
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    presignedUrls: 'unknown',
    lifecycle: 'unknown',
  },
  notes: [
    'A bucket is a container of the object storage; the keys are EC2 credentials of the Identity API.',
    'It refuses the CRC32 checksums that newer SDKs add. The registry sends none.',
  ],
  documentation: 'https://doc.conoha.jp/',
}
