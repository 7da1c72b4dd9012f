import type { ProviderPreset } from './provider-preset.ts'

export const ceph: ProviderPreset = {
  name: 'ceph',
  title: 'Ceph Object Gateway',
  // The api_name of a zone group, which its operator chose. Whether signatures must name it could not be confirmed for every release.
  regions: [],
  // Both: https://docs.ceph.com/en/latest/radosgw/s3/authentication/
  signing: ['v4', 'v2'],
  // The bucket in the host's name needs rgw_dns_name: https://docs.ceph.com/en/latest/radosgw/s3/commons/
  addressing: ['path', 'virtual'],
  supports: {
    // https://docs.ceph.com/en/latest/radosgw/s3/; UploadPartCopy and HeadBucket are in Red Hat's edition of it.
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // Long before AWS: https://tracker.ceph.com/issues/8562
    conditionalPut: 'yes',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  notes: ['Old releases know ListObjects version 1 only, which is what rclone uses there; the registry finds out.'],
  documentation: 'https://docs.ceph.com/en/latest/radosgw/s3/',
}
