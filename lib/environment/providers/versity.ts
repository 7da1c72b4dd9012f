import type { ProviderPreset } from './provider-preset.ts'

export const versity: ProviderPreset = {
  name: 'versity',
  title: 'Versity S3 Gateway',
  // What an unset --region means; the gateway refuses signatures that name another one than its own.
  regions: ['us-east-1'],
  signing: ['v4'],
  // The bucket in the host's name needs --virtual-domain.
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'no',
  },
  // test/e2e/doctor/presets.e2e.ts
  tried: '1.8.0',
  notes: [],
  documentation: 'https://github.com/versity/versitygw/wiki',
}
