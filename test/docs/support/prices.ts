/** What AWS publishes for US East (N. Virginia), in USD, without free tiers. */
export interface Price {
  readonly usd: number
  readonly per: string
  /** Where AWS publishes it. */
  readonly page: string
  /** Read in a copy of AWS's own page or of its price list; `false`: in what others write of it. */
  readonly verified: boolean
}

/** The day on which the copies were read. */
export const pricesReadOn = '2026-11-28'

/** A month has so many hours, as AWS counts. */
export const hours = 730

const price = (usd: number, per: string, page: string, verified = true): Price => ({
  ...{ usd, per, verified },
  page: `https://aws.amazon.com/${page}/pricing/`,
})

export const prices = {
  t4gSmall: price(0.0168, 'hour', 'ec2', false),
  disk: price(0.08, 'GB-month', 'ebs', false),
  vcpu: price(0.03238, 'vCPU-hour', 'fargate'),
  memory: price(0.00356, 'GB-hour', 'fargate'),
  balancer: price(0.0225, 'hour', 'elasticloadbalancing'),
  lcu: price(0.008, 'LCU-hour', 'elasticloadbalancing'),
  address: price(0.005, 'hour', 'vpc'),
  zone: price(0.5, 'month', 'route53'),
  secret: price(0.4, 'month', 'secrets-manager'),
  alarm: price(0.1, 'month', 'cloudwatch', false),
  metric: price(0.3, 'month', 'cloudwatch', false),
  dashboard: price(3, 'month', 'cloudwatch', false),
  log: price(0.5, 'GB', 'cloudwatch', false),
  stored: price(0.023, 'GB-month', 's3', false),
  put: price(0.005, '1,000', 's3', false),
  get: price(0.0004, '1,000', 's3', false),
} as const satisfies Readonly<Record<string, Price>>
