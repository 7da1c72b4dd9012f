import type { CdktfEnvironment } from '../../environment/environment.ts'
import { reach } from '../../environment/reach.ts'
import type { TerraformRemoteState, TerraformVariable } from '../tf.ts'
import type { Certificate } from './certificate.ts'
import { files } from './files.ts'
import { letsencrypt } from './letsencrypt.ts'
import { none } from './none.ts'
import { proxy } from './proxy.ts'
import { selfSigned } from './self-signed.ts'

export interface CertificateOptions {
  readonly domain: TerraformVariable
  /** The outputs of the data stack. */
  readonly data: TerraformRemoteState
}

/** The environment's certificate, by its way. */
export function certificateFor(environment: CdktfEnvironment, { domain, data }: CertificateOptions): Certificate {
  const { certificate } = reach(environment)
  switch (certificate.by) {
    case 'letsencrypt':
      return letsencrypt(domain)
    case 'files':
      return files(certificate, domain)
    case 'self-signed':
      return selfSigned(data)
    case 'proxy':
      return proxy(certificate, environment.name, domain)
    case 'none':
      return none
  }
}
