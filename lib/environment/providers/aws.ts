import type { ProviderPreset } from './provider-preset.ts'

export const aws: ProviderPreset = {
  name: 'aws',
  title: 'Amazon S3',
  // Endpoints and regions: https://docs.aws.amazon.com/general/latest/gr/s3.html
  endpoint: 's3.{region}.amazonaws.com',
  exceptions: {
    // https://docs.amazonaws.cn/AmazonS3/latest/API/RESTAPI.html
    'cn-north-1': 's3.cn-north-1.amazonaws.com.cn',
    'cn-northwest-1': 's3.cn-northwest-1.amazonaws.com.cn',
  },
  endpointImplied: true,
  regions: [
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'ca-central-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eu-north-1',
    'eu-south-1',
    'eu-central-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-east-1',
    'sa-east-1',
    'il-central-1',
    'me-south-1',
    'af-south-1',
    'us-gov-east-1',
    'us-gov-west-1',
    'cn-north-1',
    'cn-northwest-1',
  ],
  // Version 2 is being turned off, and never was in regions since 2014: https://docs.aws.amazon.com/AmazonS3/latest/API/Appendix-Sigv2.html
  signing: ['v4'],
  // Paths are to be given up at some time: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
  addressing: ['virtual', 'path'],
  supports: {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // Since August 2024: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  notes: [
    "A bucket whose name has a dot in it needs `forcepathstyle: true`: the certificate covers one label before the endpoint's name.",
    'Without keys in the configuration, the registry takes those of its instance, task or environment.',
  ],
  documentation: 'https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html',
}
