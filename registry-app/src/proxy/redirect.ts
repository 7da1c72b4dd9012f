import { addressKind } from './address-kind.ts'
import { UpstreamError } from './upstream-error.ts'

/**
 * Where an answer of 3xx leads.
 *
 * @throws UpstreamError `wrong` if that is nowhere, by http from https, or with a name and password of somebody
 */
export function redirectTarget(location: string | undefined, from: URL): URL {
  const to = location === undefined ? null : URL.parse(location, from.href)
  if (!to || !/^https?:$/.test(to.protocol)) throw wrong(from, 'nowhere')
  if (to.username !== '' || to.password !== '') throw wrong(from, `${to.host} with a name and password`)
  if (from.protocol === 'https:' && to.protocol === 'http:') throw wrong(from, `${to.host} by plain http`)
  return to
}

const wrong = (from: URL, where: string) => new UpstreamError('wrong', `${from.host} sends this registry to ${where}`)

/**
 * Which addresses an upstream may send this registry to: public ones, and those of its own kind. One on the internet shall not have this registry ask its
 * neighbours, the host's metadata or itself; one on a private network may keep its blobs in a store there.
 *
 * @param own the address by which the upstream itself was reached
 */
export function mayFollow(own: string | undefined): (address: string) => boolean {
  const kind = own === undefined ? 'public' : addressKind(own)
  return address => {
    const other = addressKind(address)
    return other === 'public' || (other === kind && kind !== 'reserved')
  }
}
