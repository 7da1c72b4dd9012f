import type { ProviderPreset } from './provider-preset.ts'

export const sakura: ProviderPreset = {
  name: 'sakura',
  title: 'Sakura Cloud Object Storage',
  // A site is a region, whose name is not in the host's: sacloud/terraform-provider-sakura, data source object_storage_site (isk01).
  exceptions: {
    'jp-north-1': 's3.isk01.sakurastorage.jp',
    // Tokyo, as its users write it; no page of the provider's with this pair was found.
    'jp-east-1': 's3.tky01.sakurastorage.jp',
  },
  regions: ['jp-north-1', 'jp-east-1'],
  // "Signature v4対応", HTTPS only: https://manual.sakura.ad.jp/cloud/objectstorage/about.html
  signing: ['v4'],
  // No page was found that says so; users report both, and prefer the path.
  addressing: ['path', 'virtual'],
  supports: {
    // GET Bucket versions 1 and 2, Multi-Object Delete, List Multipart Uploads: https://manual.sakura.ad.jp/cloud/objectstorage/api.html
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    // Not legible in the copy of that page that was at hand.
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    presignedUrls: 'unknown',
    lifecycle: 'unknown',
  },
  notes: [
    // https://manual.sakura.ad.jp/cloud/objectstorage/about.html
    'It serves 100 requests at a time.',
    "It lists keys correctly whose characters are letters, digits and `! - _ . * ' ( )`, says its manual. A repository has no others.",
  ],
  documentation: 'https://manual.sakura.ad.jp/cloud/objectstorage/api.html',
}
