import type { RegistrySecret } from '../host/registry-secret.ts'
import type { TerraformRemoteState } from '../tf.ts'
import { Fn } from '../tf.ts'
import type { Certificate } from './certificate.ts'

/** From the authority that the data stack has: it must outlive the registry, or clients would have to trust another one each time. */
export function selfSigned(data: TerraformRemoteState): Certificate {
  const secret = (file: string, output: string): RegistrySecret => ({ file, value: Fn.sensitive(data.getString(output)) })
  return {
    variables: [],
    secrets: [secret('tls.crt', 'tls_certificate'), secret('tls.key', 'tls_key')],
    renewal: `The certificate ends at ${data.getString('tls_ends')}; a deployment of both stacks within 60 days before that renews it.`,
  }
}
