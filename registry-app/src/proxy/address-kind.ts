import { BlockList, isIP } from 'node:net'

/** What an address is good for: `public` alone means the same to everybody, and `reserved` nothing that could be asked. */
export type AddressKind = 'public' | 'private' | 'link-local' | 'loopback' | 'reserved'

/** IANA's special-purpose address registries. */
const networks: Readonly<Record<Exclude<AddressKind, 'public'>, readonly (readonly [network: string, prefix: number])[]>> = {
  loopback: [
    ['127.0.0.0', 8],
    ['::1', 128],
  ],
  'link-local': [
    ['169.254.0.0', 16],
    ['fe80::', 10],
  ],
  private: [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['fc00::', 7],
    // Withdrawn (RFC 3879), and in use all the same.
    ['fec0::', 10],
  ],
  // The last ones lead to addresses of version 4, whichever those are.
  reserved: [
    ['0.0.0.0', 8],
    ['192.0.0.0', 24],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
    ['ff00::', 8],
    ['::', 96],
    ['::ffff:0:0:0', 96],
    ['2001::', 32],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2002::', 16],
  ],
}

const lists = Object.entries(networks).map(([kind, all]) => {
  const list = new BlockList()
  for (const [network, prefix] of all) list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4')
  return [kind as AddressKind, list] as const
})

export function addressKind(address: string): AddressKind {
  const version = isIP(address)
  if (version === 0) return 'reserved'
  // `::ffff:127.0.0.1` is found in the lists of version 4 too.
  const family = version === 6 ? 'ipv6' : 'ipv4'
  return lists.find(([, list]) => list.check(address, family))?.[0] ?? 'public'
}
