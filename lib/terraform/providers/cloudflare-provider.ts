import type { Construct } from 'constructs'
import { PlainProvider } from './plain-provider.ts'

/** `cloudflare/cloudflare`, 5 or newer. Its token comes from the variable `CLOUDFLARE_API_TOKEN` and stands nowhere else. */
export class CloudflareProvider extends PlainProvider<Record<string, never>> {
  constructor(scope: Construct) {
    super(scope, 'cloudflare', { source: 'cloudflare/cloudflare', version: '~> 5.0', settings: {} })
  }
}
