import type { ProviderPreset } from './provider-preset.ts'

export const google: ProviderPreset = {
  name: 'google',
  title: 'Google Cloud Storage (interoperability mode)',
  // https://cloud.google.com/storage/docs/interoperability; both addressing styles: https://cloud.google.com/storage/docs/request-endpoints
  endpoint: 'storage.googleapis.com',
  // "auto" is what signing examples use; the location of a bucket is not part of the endpoint.
  regions: ['auto'],
  // https://cloud.google.com/storage/docs/interoperability speaks of Version 4 with HMAC keys. That Version 2 is taken could not be confirmed.
  signing: ['v4'],
  addressing: ['path', 'virtual'],
  supports: {
    // "GET Bucket" of the XML API; https://cloud.google.com/storage/docs/xml-api/get-bucket-list
    listV1: 'yes',
    listV2: 'yes',
    // Refused for years ("Invalid argument": https://gist.github.com/harshavardhana/5d4d7410afb02ec9837e2b4d82a932e7); the XML API's reference
    // now has a POST of a bucket. Whether it answers as S3 does could not be confirmed.
    multiDelete: 'unknown',
    copy: 'yes',
    // https://issuetracker.google.com/issues/323465186, and rclone never tries (backend/s3/provider/GCS.yaml)
    partCopy: 'no',
    // Its conditions are on the generation, x-goog-if-generation-match: https://github.com/gaul/undocumented-s3-apis/issues/4
    conditionalPut: 'no',
    presignedUrls: 'yes',
    // Its rules are XML of its own: S3's is refused as malformed, in the same gist.
    lifecycle: 'no',
  },
  notes: [
    'The keys are HMAC keys, of a service account for preference.',
    // rclone/rclone#6670
    'Something on the way changes the header Accept-Encoding, which must not be signed. The registry does not sign it.',
    'Without conditional puts exactly one process may have maintenance switched on.',
  ],
  documentation: 'https://cloud.google.com/storage/docs/interoperability',
}
