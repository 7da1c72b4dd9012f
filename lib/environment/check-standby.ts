import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { parseAddress } from '../copy/address.ts'
import { pairRepositories } from '../copy/pair-repositories.ts'
import { UsageError } from '../usage-error.ts'
import type { CdkEnvironment, CdktfEnvironment } from './environment.ts'
import type { Complaint } from './environment-error.ts'
import { reach } from './reach.ts'

type Checked = Omit<CdkEnvironment, 'name'> | Omit<CdktfEnvironment, 'name'>

/** What a standby needs of the rest of an environment. */
export function checkStandby(root: Tree, environment: Checked): readonly Complaint[] {
  if (environment.standby === undefined) return []
  const found = [
    itself(environment),
    unpaired(environment),
    ...(environment.engine === 'cdk' ? [onAws(environment)] : [named(environment), inTheProxysNetwork(environment)]),
  ]
  return found.flatMap(each => {
    if (each === undefined) return []
    const [path, message] = each
    const { place, tree } = placeOf(root, path.split('.'))
    return [{ ...place, path, message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) }]
  })
}

type Found = readonly [path: string, message: string] | undefined

function itself({ standby, domain }: Checked): Found {
  const target = standby && parseAddress(standby.target)
  const host = target?.kind === 'registry' ? target.host.replace(/:\d+$/, '') : undefined
  return host !== undefined && host === domain ? ['standby.target', 'must be another registry than this one'] : undefined
}

/** What `kit copy` would say of the two together. */
function unpaired({ standby }: Checked): Found {
  if (standby?.repositories === undefined) return undefined
  const [from, to] = [`any.example/${standby.repositories}`, standby.target].map(parseAddress)
  if (from?.kind !== 'registry' || to?.kind !== 'registry') return undefined
  try {
    pairRepositories(from, to)
    return undefined
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return [
      'standby.repositories',
      'must end with /** where the target does, and have no other asterisks: what it leaves open is filled in there',
    ]
  }
}

/** Its certificate is for a name, by which the standby asks too. */
function named(environment: Omit<CdktfEnvironment, 'name'>): Found {
  const { by } = reach(environment).certificate
  if (by === 'none' || by === 'proxy' || environment.domain !== undefined) return undefined
  return ['domain', 'must be given with standby: what copies is in another container, to which localhost is not this registry']
}

function inTheProxysNetwork({ certificate }: Omit<CdktfEnvironment, 'name'>): Found {
  if (certificate?.by !== 'proxy' || certificate.proxy === 'other' || certificate.network !== undefined) return undefined
  return ['certificate.network', 'must be given with standby: on the engine’s bridge no container is found by a name']
}

function onAws({ host, network }: Omit<CdkEnvironment, 'name'>): Found {
  if (host.kind !== 'fargate')
    return [
      'standby',
      'must not be given for host.kind: instance, where nothing runs it yet: kit copy --watch does the same from any machine',
    ]
  if (network.private && network.vpc === undefined && network.natGateways === 0)
    return ['network.natGateways', 'must be 1 at least with standby: from a private network without any, no other registry is reached']
  if (network.admit !== undefined && !network.private)
    return [
      'network.admit',
      'cannot be given with standby unless network.private: what copies comes by the load balancer’s public address, from one that nobody knows before',
    ]
  return undefined
}
