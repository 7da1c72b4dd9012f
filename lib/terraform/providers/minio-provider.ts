import type { Construct } from 'constructs'
import { PlainProvider } from './plain-provider.ts'

export interface MinioProviderSettings {
  /** `host` or `host:port`. */
  readonly minio_server: string
  /** `v2` or `v4`. */
  readonly minio_api_version?: string
  readonly minio_region?: string
  readonly minio_ssl?: string
  /** A file with the certificates of those who may have signed the store's. */
  readonly minio_cacert_file?: string
  /** @default - the variable `MINIO_USER` */
  readonly minio_user?: string
  /** @default - the variable `MINIO_PASSWORD` */
  readonly minio_password?: string
}

/** `aminueza/minio`: any S3 store, and the one provider that also signs with version 2. */
export class MinioProvider extends PlainProvider<MinioProviderSettings> {
  constructor(scope: Construct, settings: MinioProviderSettings) {
    super(scope, 'minio', { source: 'aminueza/minio', version: '3.6.5', settings })
  }
}
