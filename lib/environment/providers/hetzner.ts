import type { ProviderPreset } from './provider-preset.ts'

export const hetzner: ProviderPreset = {
  name: 'hetzner',
  title: 'Hetzner Object Storage',
  // rclone's list (backend/s3/provider/Hetzner.yaml).
  endpoint: '{region}.your-objectstorage.com',
  regions: ['fsn1', 'nbg1', 'hel1'],
  // No page was found that speaks of Version 2.
  signing: ['v4'],
  // No page was found that says so; its clients use either.
  addressing: ['path', 'virtual'],
  supports: {
    // "basic compatibility with the standard Amazon S3 actions", and a table of exceptions: https://docs.hetzner.com/storage/object-storage/supported-actions/
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    // CopyObject "depends on internal factors and may fail, even if the Buckets are in the same location", says that table.
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  notes: ['Its documentation warns that copies on the side of the store may fail. Let the doctor ask before you rely on them.'],
  documentation: 'https://docs.hetzner.com/storage/object-storage/supported-actions/',
}
