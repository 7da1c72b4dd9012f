import { isIPv6 } from 'node:net'

export interface Place {
  /** What counts as one address: of IPv6 everybody has a /64 of them. */
  readonly place: string
  /** The network that it is of, as providers have them: /16 of IPv4, /32 of IPv6. */
  readonly network: string
}

/** From where somebody comes. @param address absent: it is not known, and all who are not known come from one place */
export function placeOf(address = ''): Place {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (!isIPv6(plain)) return { place: plain, network: plain.split('.').slice(0, 2).join('.') }
  const groups = groupsOf(plain)
  return { place: groups.slice(0, 4).join(':'), network: groups.slice(0, 2).join(':') }
}

/** The first of the eight, each in one spelling. What stands behind them (`%eth0`, the digits of an IPv4 address) is of no matter. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16).toString(16)))
  const [first, last] = [read(head), read(tail ?? '')]
  return [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
}
