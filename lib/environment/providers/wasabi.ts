import type { ProviderPreset } from './provider-preset.ts'

export const wasabi: ProviderPreset = {
  name: 'wasabi',
  title: 'Wasabi',
  // The list of names; s3.wasabisys.com is us-east-1, and s3.us-east-1.wasabisys.com its alias:
  // https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions-2
  endpoint: 's3.{region}.wasabisys.com',
  regions: [
    'us-east-1',
    'us-east-2',
    'us-central-1',
    'us-west-1',
    'us-west-2',
    'ca-central-1',
    'eu-central-1',
    'eu-central-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eu-south-1',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-southeast-1',
    'ap-southeast-2',
  ],
  // That Version 2 is taken as well could not be confirmed.
  signing: ['v4'],
  // No page was found that says so; rclone needs no quirk for either.
  addressing: ['path', 'virtual'],
  supports: {
    // rclone uses these without a quirk (backend/s3/provider/Wasabi.yaml); nothing of the provider's own was at hand.
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    conditionalPut: 'unknown',
    presignedUrls: 'yes',
    lifecycle: 'unknown',
  },
  notes: [],
  documentation: 'https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions-2',
}
