import type { ProviderPreset } from './provider-preset.ts'

export const minio: ProviderPreset = {
  name: 'minio',
  title: 'MinIO',
  // What an unset MINIO_SITE_REGION means; any server may have another one.
  regions: ['us-east-1'],
  // What is below stands in this project's own test of the doctor, on the release of 2026-02-12: test/e2e/doctor.
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
  notes: [
    'It folds keys after it has read them: the catalog of a bucket takes more requests than elsewhere, the first time.',
    'It lists unfinished multipart uploads of a whole key only, and removes those older than a day by itself.',
  ],
  documentation: 'https://github.com/minio/minio/blob/master/docs/minio-limits.md',
}
