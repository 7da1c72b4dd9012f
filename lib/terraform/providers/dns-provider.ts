import type { Construct } from 'constructs'
import { PlainProvider } from './plain-provider.ts'

export interface DnsProviderSettings {
  readonly update: readonly [
    {
      readonly server: string
      readonly port?: number
      /** With a dot at its end. All three, or none. */
      readonly key_name?: string
      readonly key_algorithm?: string
      readonly key_secret?: string
    },
  ]
}

/** `hashicorp/dns`: dynamic updates (RFC 2136). */
export class DnsProvider extends PlainProvider<DnsProviderSettings> {
  constructor(scope: Construct, settings: DnsProviderSettings) {
    super(scope, 'dns', { source: 'hashicorp/dns', version: '3.6.1', settings })
  }
}
