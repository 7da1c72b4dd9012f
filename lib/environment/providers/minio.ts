import type { ProviderPreset } from './provider-preset.ts'

export const minio: ProviderPreset = {
  name: 'minio',
  title: 'MinIO',
  // What an unset MINIO_SITE_REGION means; any server may have another one.
  regions: ['us-east-1'],
  signing: ['v4', 'v2'],
  // The bucket in the host's name needs MINIO_DOMAIN.
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  // test/e2e/doctor/presets.e2e.ts
  tried: 'RELEASE.2026-02-12',
  notes: [
    // Seen: it goes on from the name that it folded, and so from its beginning.
    'Where it folds at another delimiter than `/`, the keys below count, and a list does not get past a name with more of them than a page has room for.',
    'It lists unfinished multipart uploads of a whole key only.',
  ],
  documentation: 'https://github.com/minio/minio/blob/master/docs/minio-limits.md',
}
