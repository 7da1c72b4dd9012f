import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { scheduleExpression } from './aws/schedule-expression.ts'
import type { Environment } from './environment.ts'
import type { Complaint } from './environment-error.ts'

/** What `collection` has wrong with the host, and what the registry's own section says of the same beside it. */
export function checkCollection(root: Tree, { collection, host }: Pick<Environment, 'collection' | 'host'>): readonly Complaint[] {
  if (!collection) return []
  const complain = (path: string, message: string): Complaint => {
    const { place, tree } = placeOf(root, path.split('.'))
    return { ...place, path, message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) }
  }
  const complaints: Complaint[] = []
  for (const name of ['enabled', 'schedule']) {
    const path = `registry.storage.maintenance.garbagecollect.${name}`
    const { tree } = placeOf(root, path.split('.'))
    if (tree && !isNull(tree)) complaints.push(complain(path, "follows from this file's own collection section"))
  }
  if (collection.run === 'job' && 'kind' in host) {
    if (host.kind === 'instance')
      complaints.push(
        complain('collection.run', 'must be inside for host.kind: instance: the one process there is collects as well as another would'),
      )
    else if (scheduleExpression(collection.schedule) === undefined)
      complaints.push(
        complain('collection.schedule', 'cannot be said to AWS: name days of the month, or days of the week by numbers and ranges'),
      )
  }
  return complaints
}
