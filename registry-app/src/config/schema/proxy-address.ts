import { isIP } from 'node:net'
import { text } from './kinds.ts'

/** An address, a network in CIDR notation, or `unix`. */
export const proxyAddress = () =>
  text().check(({ value, issues }) => {
    const [address = '', prefix, ...more] = value.split('/')
    const version = isIP(address)
    const longest = version === 4 ? 32 : 128
    const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest)
    if (value === 'unix' || (version !== 0 && !address.includes('%') && fits && more.length === 0)) return
    issues.push({ code: 'custom', input: value, message: 'must be an IP address, a network such as 10.0.0.0/8, or unix' })
  })
