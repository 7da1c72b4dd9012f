import type { ProviderPreset } from './provider-preset.ts'

export const seaweedfs: ProviderPreset = {
  name: 'seaweedfs',
  title: 'SeaweedFS',
  // It has none of its own, and signatures may name any.
  regions: ['us-east-1'],
  // Its source has both: seaweedfs/seaweedfs, weed/s3api/auth_signature_v2.go and auth_signature_v4.go
  signing: ['v4', 'v2'],
  // The bucket in the host's name needs -s3.domainName.
  addressing: ['path', 'virtual'],
  supports: {
    // https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API; rclone lists there by version 1 (backend/s3/provider/SeaweedFS.yaml).
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // Since August 2025, ignored in silence before: seaweedfs/seaweedfs#7153. Of several at once more than one won in 4.16: #8800.
    conditionalPut: 'unknown',
    presignedUrls: 'yes',
    lifecycle: 'unknown',
  },
  notes: ['Releases before September 2025 ignore the condition of a put in silence, and 4.16 lets several at once win.'],
  documentation: 'https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API',
}
