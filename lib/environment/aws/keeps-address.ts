import type { CdkEnvironment } from '../environment.ts'
import { reach } from '../reach.ts'

/** Whether the data stack keeps an address for an instance: where others come by the internet. */
export function keepsAddress(environment: CdkEnvironment): boolean {
  return environment.host.kind === 'instance' && !environment.network.private && reach(environment).certificate.by !== 'none'
}
