import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { CdktfEnvironment } from './environment.ts'
import type { Complaint } from './environment-error.ts'

/** What the `dns` section has wrong together with `domain`. */
export function checkDns(root: Tree, { domain, dns, host }: Pick<CdktfEnvironment, 'domain' | 'dns' | 'host'>): readonly Complaint[] {
  if (dns === undefined) return []
  const complain = (path: readonly string[], message: string): Complaint => {
    const { place, tree } = placeOf(root, path)
    return { ...place, path: path.join('.'), message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) }
  }
  if (domain === undefined) return [complain(['dns'], 'needs domain beside it: the name of the records')]
  if (!host.instance && dns.addresses === undefined) {
    return [complain(['dns', 'addresses'], 'is missing: must be a list of the public addresses of the host, such as [203.0.113.5]')]
  }
  if (host.instance && dns.addresses !== undefined) {
    return [complain(['dns', 'addresses'], 'has no use with host.instance: the records lead to the address that is made for it')]
  }
  if ('zone' in dns && domain !== dns.zone && !domain.endsWith(`.${dns.zone}`)) {
    return [complain(['dns', 'zone'], `must be a zone that the domain ${domain} lies in`)]
  }
  return []
}
