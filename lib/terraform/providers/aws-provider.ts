import type { Construct } from 'constructs'
import { PlainProvider } from './plain-provider.ts'

export interface AwsProviderSettings {
  readonly region?: string
  /** @default - where the AWS SDK looks */
  readonly access_key?: string
  readonly secret_key?: string
}

/** `hashicorp/aws`, 6 or newer. */
export class AwsProvider extends PlainProvider<AwsProviderSettings> {
  constructor(scope: Construct, settings: AwsProviderSettings = {}) {
    super(scope, 'aws', { source: 'hashicorp/aws', version: '~> 6.0', settings })
  }
}
