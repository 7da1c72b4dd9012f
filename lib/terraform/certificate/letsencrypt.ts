import type { TerraformVariable } from '../tf.ts'
import type { Certificate } from './certificate.ts'

/** The registry orders it, and keeps it with the images: a new host finds it there, and spends none of the authority's limits. */
export function letsencrypt(domain: TerraformVariable): Certificate {
  return {
    variables: [`REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS=["${domain.stringValue}"]`],
    renewal:
      'The registry orders the certificate when it starts, and renews it by itself, while ports 443 and 80 of the domain lead to it.',
  }
}
