import type { ProviderPreset } from './provider-preset.ts'

export const ovh: ProviderPreset = {
  name: 'ovh',
  title: 'OVHcloud Object Storage',
  // rclone's list of endpoints and regions (backend/s3/provider/OVHcloud.yaml).
  endpoint: 's3.{region}.io.cloud.ovh.net',
  exceptions: { 'us-east-va': 's3.us-east-va.io.cloud.ovh.us', 'us-west-or': 's3.us-west-or.io.cloud.ovh.us' },
  regions: [
    'gra',
    'rbx',
    'sbg',
    'eu-west-par',
    'de',
    'uk',
    'waw',
    'bhs',
    'ca-east-tor',
    'sgp',
    'ap-southeast-syd',
    'ap-south-mum',
    'us-east-va',
    'us-west-or',
  ],
  // No page was found that speaks of Version 2.
  signing: ['v4'],
  // No page was found that says so; its clients use either.
  addressing: ['path', 'virtual'],
  supports: {
    // ovh/docs, pages/storage_and_backup/object_storage/s3_s3_compliancy (November 2024): the table has "list objects v2" and no other list.
    listV1: 'unknown',
    listV2: 'yes',
    multiDelete: 'yes',
    // That table says no to CopyObject, in regions and local zones; it is two years old, and rclone copies there without a quirk.
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    // GET and PUT, in that table.
    presignedUrls: 'yes',
    // No in regions and yes in local zones, in that table.
    lifecycle: 'unknown',
  },
  notes: ['Its table of supported calls, of November 2024, says no to copies on the side of the store. Let the doctor ask.'],
  documentation: 'https://github.com/ovh/docs/blob/develop/pages/storage_and_backup/object_storage/s3_s3_compliancy/guide.en-gb.md',
}
