import { isIP } from 'node:net'

/** Whether this is a range of addresses such as `203.0.113.0/24` or `2001:db8::/32`. */
export function isAddressRange(range: string): boolean {
  const [, address = '', digits] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(range) ?? []
  const version = isIP(address)
  return version !== 0 && Number(digits) <= (version === 4 ? 32 : 128)
}
