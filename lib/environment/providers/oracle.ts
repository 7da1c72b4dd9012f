import type { ProviderPreset } from './provider-preset.ts'

export const oracle: ProviderPreset = {
  name: 'oracle',
  title: 'Oracle Cloud Infrastructure Object Storage',
  // Both forms, and that the host with the bucket in its name is another: https://docs.oracle.com/iaas/Content/Object/s3-virtual-style.htm
  endpoint: '{account}.compat.objectstorage.{region}.oci.customer-oci.com',
  account: 'the namespace of the tenancy, on the page of its details',
  // A few of many: the names are those of the regions of the cloud.
  regions: ['us-ashburn-1', 'us-phoenix-1', 'eu-frankfurt-1', 'uk-london-1', 'ap-tokyo-1', 'ap-osaka-1'],
  // Version 4 is what all examples use; no page was found that speaks of Version 2.
  signing: ['v4'],
  // With the bucket in the host's name the endpoint is another one, vhcompat, and the bucket must have been made there.
  addressing: ['path'],
  supports: {
    // "ListObjects", without a version:
    // https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/s3compatibleapi_topic-Amazon_S3_Compatibility_API_Support.htm
    listV1: 'yes',
    listV2: 'unknown',
    multiDelete: 'unknown',
    // "distinct APIs for copying objects and copying parts", on that page.
    copy: 'yes',
    partCopy: 'yes',
    conditionalPut: 'unknown',
    presignedUrls: 'unknown',
    // Not among the calls of that page.
    lifecycle: 'no',
  },
  // "Oracle Cloud Infrastructure does not use ACLs": https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/s3compatibleapi.htm
  withoutAcl: true,
  notes: ['The keys are a Customer Secret Key of a user.'],
  documentation: 'https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/s3compatibleapi.htm',
}
