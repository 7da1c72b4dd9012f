import type { Construct } from 'constructs'
import { PlainProvider } from './plain-provider.ts'

/** Whatever is absent, the provider finds in `NIFCLOUD_ACCESS_KEY_ID`, `NIFCLOUD_STORAGE_ACCESS_KEY_ID` and so on. */
export interface NifcloudProviderSettings {
  readonly region?: string
  readonly storage_region?: string
  readonly storage_access_key?: string
  readonly storage_secret_key?: string
}

/** `nifcloud/nifcloud`. */
export class NifcloudProvider extends PlainProvider<NifcloudProviderSettings> {
  constructor(scope: Construct, settings: NifcloudProviderSettings, alias?: string) {
    super(scope, 'nifcloud', { source: 'nifcloud/nifcloud', version: '1.18.0', settings, ...(alias === undefined ? {} : { alias }) })
  }
}
