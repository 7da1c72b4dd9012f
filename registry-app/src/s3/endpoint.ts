import type { S3Options } from './options.ts'
import { encodeKey } from './uri-encode.ts'

/** Where a bucket's objects are, as a request and its signature need it. */
export interface Endpoint {
  /** `https://host:port` */
  origin: string
  /** As in the `Host` header: without the port that the scheme implies. */
  host: string
  /** Whether TLS protects what is sent. */
  secure: boolean
  /** The bucket, where it stands in the host's name. */
  virtualBucket: string | undefined
  /** The percent-encoded path of an object, or of the bucket itself. */
  pathOf(key: string | undefined): string
}

type Where = Pick<S3Options, 'bucket' | 'region' | 'endpoint' | 'secure' | 'addressing' | 'amazon'>

/** @throws TypeError if the endpoint is no address of a server */
export function endpointOf(options: Where): Endpoint {
  const { bucket, addressing = defaultAddressing(options) } = options
  const url = options.endpoint === undefined ? new URL(amazonUrl(options)) : parseEndpoint(options.endpoint, options.secure ?? true)
  const virtualBucket = addressing === 'virtual' ? bucket : undefined
  const host = virtualBucket === undefined ? url.host : `${bucket}.${url.host}`
  const folder = url.pathname.replace(/\/+$/, '')
  const base = virtualBucket === undefined ? `${folder}/${encodeKey(bucket)}` : folder
  return {
    origin: `${url.protocol}//${host}`,
    host,
    secure: url.protocol === 'https:',
    virtualBucket,
    pathOf: key => (key === undefined ? base || '/' : `${base}/${encodeKey(key)}`),
  }
}

/** A bucket's name with a dot is not covered by `*.s3.amazonaws.com` in a certificate. */
function defaultAddressing({ endpoint, bucket, secure = true, amazon }: Where) {
  if (amazon?.accelerate) return 'virtual'
  return endpoint === undefined && !(secure && bucket.includes('.')) ? 'virtual' : 'path'
}

/** @throws TypeError without the password that somebody wrote into it */
export function parseEndpoint(endpoint: string, secure: boolean): URL {
  const text = endpoint.includes('://') ? endpoint : `${secure ? 'https' : 'http'}://${endpoint}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url?.hostname || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new TypeError(
      `${JSON.stringify(endpoint.replace(/^(\w+:\/\/)?.*@/, '$1…@'))} is no S3 endpoint: write a host, host:port or URL such as https://s3.example.com`,
    )
  }
  return url
}

/** Source: AWS General Reference, "Amazon Simple Storage Service endpoints and quotas". */
function amazonUrl({ region, secure = true, amazon: { dualstack, fips, accelerate } = {} }: Where): string {
  const service = accelerate ? 's3-accelerate' : fips ? 's3-fips' : 's3'
  const parts = [service, dualstack && 'dualstack', !accelerate && region, domainOf(region)]
  return `${secure ? 'https' : 'http'}://${parts.filter(Boolean).join('.')}`
}

/** Each of Amazon's partitions has a domain of its own. Source: `partitions.json` of the AWS SDKs. */
const partitions = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eusc-', 'amazonaws.eu'],
] as const

const domainOf = (region: string) => partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
