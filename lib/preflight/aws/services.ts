/** What is asked, by the names that the SDK has in its variables. `scope`: what signatures name, and the host's first word, where that is another. */
const services = {
  STS: { scope: 'sts' },
  SSM: { scope: 'ssm' },
  ACM: { scope: 'acm' },
  EC2: { scope: 'ec2' },
  S3: { scope: 's3' },
  CLOUDFORMATION: { scope: 'cloudformation' },
  SECRETS_MANAGER: { scope: 'secretsmanager' },
  SERVICE_QUOTAS: { scope: 'servicequotas' },
  ROUTE_53: { scope: 'route53' },
} as const

export type ServiceName = keyof typeof services

interface Endpoint {
  readonly url: URL
  /** What signatures name. */
  readonly region: string
  readonly scope: string
}

/** Where a service answers: where the SDK's variables say, or at Amazon's. */
export function endpointOf(service: ServiceName, region: string, variables: Readonly<Record<string, string | undefined>>): Endpoint {
  const { scope } = services[service]
  const given = variables[`AWS_ENDPOINT_URL_${service}`] || variables.AWS_ENDPOINT_URL
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const [host, signed] = service === 'ROUTE_53' ? ofRoute53(region) : [`${scope}.${region}.${suffix}`, region]
  return { url: new URL(given ?? `https://${host}`), region: signed, scope }
}

/** One for each partition: https://docs.aws.amazon.com/general/latest/gr/r53.html */
function ofRoute53(region: string): readonly [host: string, region: string] {
  if (region.startsWith('cn-')) return ['route53.amazonaws.com.cn', 'cn-northwest-1']
  if (region.startsWith('us-gov-')) return ['route53.us-gov.amazonaws.com', 'us-gov-west-1']
  return ['route53.amazonaws.com', 'us-east-1']
}
