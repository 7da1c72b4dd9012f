import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Environment } from './environment.ts'
import type { Complaint } from './environment-error.ts'
import { providerNamed } from './providers/index.ts'

/** What the registry does by itself, in one replica at a time. */
const switches = ['storage.maintenance.garbagecollect', 'storage.maintenance.scrub', 'policy.retention'].map(
  name => `registry.${name}.enabled`,
)

/** By a conditional write replicas agree on who does it: of several that cannot, none must. */
export function checkMaintenance(
  root: Tree,
  { collection, host, storage }: Pick<Environment, 'collection' | 'host' | 'storage'>,
): readonly Complaint[] {
  if (storage.driver !== 's3' || storage.provider === undefined || mostReplicas(host) < 2) return []
  const { title, supports } = providerNamed(storage.provider)
  if (supports.conditionalPut !== 'no') return []
  const why = `${title} has no conditional writes, by which several replicas agree on who does it`
  const complaints: Complaint[] = []
  const complain = (path: string, message: string) => {
    const { place, tree } = placeOf(root, path.split('.'))
    complaints.push({ ...place, path, message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) })
  }
  if (collection?.run === 'inside') complain('collection.run', `must be job: ${why}`)
  for (const path of switches) {
    const { tree } = placeOf(root, path.split('.'))
    if (tree?.kind === 'scalar' && /^(true|yes|on)$/i.test(tree.text)) complain(path, `must be false: ${why}`)
  }
  return complaints
}

function mostReplicas(host: Environment['host']): number {
  if (!('kind' in host)) return host.swarm?.replicas ?? 1
  return host.kind === 'fargate' ? host.maxTasks : 1
}
