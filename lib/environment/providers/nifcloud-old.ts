import type { ProviderPreset } from './provider-preset.ts'

/** The first object storage of NIFTY Cloud, later NIFCLOUD: Signature Version 2 only. */
export const nifcloudOld: ProviderPreset = {
  name: 'nifcloud-old',
  title: 'NIFCLOUD Object Storage (old)',
  // https://cloud.nifty.com/api/obj_storage/authenticate.htm
  endpoint: '{region}.os.cloud.nifty.com',
  regions: ['jp-east-2'],
  // HMAC-SHA1 and "Authorization: AWS key:signature", on the same page, where it is called version 3.
  signing: ['v2'],
  // The page's examples have the bucket in the host's name. Distribution has used it by path.
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    // From 2016, and so with the calls of that time; no page was found that lists them.
    listV2: 'unknown',
    multiDelete: 'unknown',
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    presignedUrls: 'unknown',
    lifecycle: 'unknown',
  },
  notes: [
    'A signature of version 2 does not name a region: any `region` will do.',
    'Later it also went by the host `jp-east-2.storage.api.nifcloud.com`; whether either still answers could not be confirmed.',
  ],
  documentation: 'https://cloud.nifty.com/api/obj_storage/authenticate.htm',
}
