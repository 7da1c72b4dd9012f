import type { CdktfEnvironment } from '../../environment/environment.ts'
import { registryPort } from '../../environment/registry-config.ts'
import type { TerraformVariable } from '../tf.ts'
import type { Certificate } from './certificate.ts'

type Proxy = Extract<NonNullable<CdktfEnvironment['certificate']>, { by: 'proxy' }>

/** A proxy before the registry has the certificate: it is told what to do in its own words. */
export function proxy(options: Proxy, environment: string, domain: TerraformVariable): Certificate {
  return {
    variables: [
      `REGISTRY_HTTP_HOST=https://${domain.stringValue}`,
      ...(options.proxy === 'nginx-proxy' ? nginxVariables(options, domain) : []),
    ],
    labels: options.proxy === 'traefik' ? traefikLabels(options, `registry-${environment}`, domain) : {},
    ...(options.network === undefined ? {} : { network: options.network }),
    renewal: 'The proxy has the certificate, and renews it.',
  }
}

/**
 * https://github.com/nginx-proxy/nginx-proxy/tree/main/docs and https://github.com/nginx-proxy/acme-companion/tree/main/docs, whose page of
 * variables calls the last two `ACME_HOST` and `ACME_EMAIL`, and these the older names: all versions know them.
 */
const nginxVariables = ({ email }: Proxy, domain: TerraformVariable): string[] => [
  `VIRTUAL_HOST=${domain.stringValue}`,
  `VIRTUAL_PORT=${registryPort}`,
  `LETSENCRYPT_HOST=${domain.stringValue}`,
  ...(email === undefined ? [] : [`LETSENCRYPT_EMAIL=${email}`]),
]

/** https://doc.traefik.io/traefik/routing/providers/docker/ and …/swarm/: the same labels. */
const traefikLabels = ({ network, entryPoint, resolver }: Proxy, name: string, domain: TerraformVariable) => ({
  'traefik.enable': 'true',
  [`traefik.http.routers.${name}.rule`]: `Host(\`${domain.stringValue}\`)`,
  [`traefik.http.routers.${name}.entrypoints`]: entryPoint,
  [`traefik.http.routers.${name}.tls.certresolver`]: resolver,
  [`traefik.http.services.${name}.loadbalancer.server.port`]: String(registryPort),
  ...(network === undefined ? {} : { 'traefik.docker.network': network, 'traefik.swarm.network': network }),
})
