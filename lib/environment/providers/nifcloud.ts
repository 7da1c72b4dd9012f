import type { ProviderPreset } from './provider-preset.ts'

/** The service that calls itself オブジェクトストレージサービス. Its predecessor is `nifcloud-old`. */
export const nifcloud: ProviderPreset = {
  name: 'nifcloud',
  title: 'NIFCLOUD Object Storage Service',
  // https://pfs.nifcloud.com/api/endpoint.htm#objectstorageservice; the SDK builds the same name (nifcloud/nifcloud-sdk-go, endpoints.go).
  endpoint: '{region}.storage.api.nifcloud.com',
  regions: ['jp-east-1', 'jp-west-2'],
  // "オブジェクトストレージサービス | 4": https://docs.nifcloud.com/api/signature.htm; the scope ends in aws4_request:
  // https://docs.nifcloud.com/object-storage-service/api/request.htm
  signing: ['v4'],
  // Paths only, says a user who tried (fluent-plugin-s3 with force_path_style, July 2023); no page of the provider's was found that says so.
  addressing: ['path'],
  supports: {
    // "get-bucket" answers with Marker, which is version 1. Nothing was found on the others.
    listV1: 'yes',
    listV2: 'unknown',
    multiDelete: 'unknown',
    copy: 'unknown',
    partCopy: 'unknown',
    conditionalPut: 'unknown',
    presignedUrls: 'unknown',
    lifecycle: 'unknown',
  },
  notes: [
    // https://docs.nifcloud.com/object-storage-service/api/request.htm
    'It takes the SHA-256 of a body as given and does not verify it: the registry verifies every digest itself.',
  ],
  documentation: 'https://docs.nifcloud.com/object-storage-service/api/request.htm',
}
