import { BlockList, isIPv4 } from 'node:net'

/** RFC 1918, and RFC 6598's shared space, which VPNs use. */
const privateRanges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const

/** Whether this is an IPv4 range, such as `10.0.0.0/16`, that lies whole in the private address space. */
export function isPrivateRange(range: string): boolean {
  const [, address = '', digits] = /^([\d.]+)\/(\d{1,2})$/.exec(range) ?? []
  const length = Number(digits)
  if (!isIPv4(address) || !(length <= 32)) return false
  return privateRanges.some(([start, prefix]) => {
    const block = new BlockList()
    block.addSubnet(start, prefix)
    // A longer prefix within the block: then its last address is as private as its first.
    return length >= prefix && block.check(address)
  })
}
