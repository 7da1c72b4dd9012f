import type { ProviderPreset } from './provider-preset.ts'

export const backblazeB2: ProviderPreset = {
  name: 'backblaze-b2',
  title: 'Backblaze B2',
  // Endpoint, HTTPS only, both addressing styles, "only v4 signatures", the list of calls:
  // https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api
  endpoint: 's3.{region}.backblazeb2.com',
  // Those that its documentation mentions; an account has one, which the page of each of its buckets names.
  regions: ['us-west-004', 'us-east-005'],
  signing: ['v4'],
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    // https://www.backblaze.com/b2/docs/s3_compatible_api.html lists "Upload Part Copy".
    partCopy: 'yes',
    conditionalPut: 'unknown',
    presignedUrls: 'yes',
    // https://www.backblaze.com/apidocs/s3-put-lifecycle-configuration
    lifecycle: 'yes',
  },
  notes: [
    'The keys are an application key: the master key does not work for S3.',
    'Buckets keep old versions unless a lifecycle rule says otherwise: what the registry deletes is hidden, and paid for.',
  ],
  documentation: 'https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api',
}
