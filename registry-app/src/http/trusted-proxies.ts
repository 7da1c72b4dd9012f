import { BlockList, isIP } from 'node:net'

/** Whether somebody at this address is believed when he tells on whose behalf he asks; `undefined` is whoever comes by a unix socket. */
export type TrustedProxies = (address: string | undefined) => boolean

/** @param entries `http.trustedproxies`: addresses, networks such as `10.0.0.0/8`, and `unix`; none: `undefined`, for nobody needs to be asked */
export function trustedProxies(entries: readonly string[]): TrustedProxies | undefined {
  if (entries.length === 0) return undefined
  const list = new BlockList()
  const unix = entries.includes('unix')
  for (const entry of entries) {
    const [written = '', prefix] = entry.split('/')
    const address = withoutMapping(written)
    const family = familyOf(address)
    if (family === undefined) continue
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
    const bits = prefix === undefined ? undefined : Number(prefix) - (address === written ? 0 : 96)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, bits, family)
  }
  return address => {
    if (address === undefined) return unix
    const family = familyOf(address)
    return family !== undefined && list.check(address, family)
  }
}

/** Whoever comes by IPv4 to a socket that listens for both is seen under an IPv6 address (RFC 4291, section 2.5.5.2). */
export const withoutMapping = (address: string): string => (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address)

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
