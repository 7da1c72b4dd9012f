import type { ProviderPreset } from './provider-preset.ts'

export const scaleway: ProviderPreset = {
  name: 'scaleway',
  title: 'Scaleway Object Storage',
  // rclone's list (backend/s3/provider/Scaleway.yaml).
  endpoint: 's3.{region}.scw.cloud',
  regions: ['fr-par', 'nl-ams', 'pl-waw'],
  // "you must generate an Authentication Signature v4": https://www.scaleway.com/en/docs/object-storage/api-cli/using-api-call-list/
  signing: ['v4'],
  // The examples of its documentation have the bucket in the host's name; S3Scanner's list of services has the path.
  addressing: ['path', 'virtual'],
  supports: {
    // All of these are in that list of calls.
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // https://www.scaleway.com/en/docs/object-storage/api-cli/using-conditional-writes/ (July 2026)
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  // "1 to 1000 parts per object": https://www.scaleway.com/en/docs/object-storage/api-cli/multipart-uploads/
  maxParts: 1000,
  // So that a layer whose length nobody told may have 32 GB.
  chunkSize: 32 * 1024 * 1024,
  notes: [
    'A multipart upload has at most 1,000 parts, hence the larger `chunksize`: 32 MiB each, or 31 GiB for a layer of unknown length.',
  ],
  documentation: 'https://www.scaleway.com/en/docs/object-storage/api-cli/using-api-call-list/',
}
