import { BlockList, isIP } from 'node:net'
import type { S3Bucket } from '../../s3/bucket.ts'
import { presign } from '../../s3/presign.ts'
import { putObject } from '../../s3/put-object.ts'

/** Whether clients are sent to the store for blobs, by URLs that are signed for them. */
export interface Redirects {
  readonly on: boolean
  /** Finds out again. Never fails: what goes wrong is a reason to serve blobs here. */
  decide(): Promise<void>
}

export interface RedirectOptions {
  /** `storage.redirect.disable`: true, false, or found out. */
  disable: boolean | 'auto'
  bucket: S3Bucket
  /** `storage.s3.redirectendpoint`: the store as clients reach it. */
  endpoint: string | undefined
  /** An object of one's own to fetch. */
  canary: string
  /** Nothing is to be written: the one that was stored before must do. */
  readOnly: boolean
  /** Gives the whole body, by HTTP, as a client would get it. @throws unless the answer is 200 */
  fetch: (url: URL) => Promise<string>
  /** The addresses of a host. */
  resolve: (hostname: string) => Promise<readonly string[]>
  /** Told of each change of mind, and why. */
  say: (message: string, facts: Record<string, unknown>) => void
}

/** Where `auto` begins with no, until it has seen a URL work. */
export function redirects(options: RedirectOptions): Redirects {
  const { disable, say } = options
  let on = disable === false
  let said: string | undefined

  return {
    get on() {
      return on
    },
    async decide() {
      const reason = disable === 'auto' ? await reasonAgainst(options) : undefined
      if (disable === 'auto') on = reason === undefined
      const why = disable === 'auto' ? (reason ?? 'a URL that was signed for a try worked') : 'the configuration says so'
      if (said === why) return
      said = why
      say(on ? 'clients are sent to the store for blobs' : 'blobs are served here, not by the store', { reason: why })
    },
  }
}

async function reasonAgainst({ bucket, endpoint, canary, readOnly, fetch, resolve }: RedirectOptions): Promise<string | undefined> {
  const { host } = bucket.endpoint(endpoint)
  const { hostname } = new URL(`http://${host}`)
  try {
    const own = (await resolve(hostname.replace(/^\[|\]$/g, ''))).find(isPrivate)
    if (own !== undefined) {
      const subject = hostname === own ? `${own} is an address that` : `${hostname} is ${own}, which`
      return `${subject} clients elsewhere cannot reach; name a public one by storage.s3.redirectendpoint`
    }
    if (!readOnly) await putObject(bucket, canary, [Buffer.from(canary)])
    const received = await fetch(await presign(bucket, 'GET', canary, 60, { endpoint }))
    return received === canary ? undefined : `a URL that was signed for a try gave other bytes than were stored`
  } catch (error) {
    return `a URL that was signed for a try did not work: ${error instanceof Error ? error.message : error}`
  }
}

/** Addresses that mean something else, or nothing, on another machine (IANA's special-purpose address registries). */
const privateAddresses = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv6')
}

const isPrivate = (address: string) => privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
