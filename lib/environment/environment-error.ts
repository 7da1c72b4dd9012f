import { type Complaint, formatComplaint, inReadingOrder } from '../../registry-app/src/config/complaint.ts'
import { guidesTo } from '../../registry-app/src/config/guides.ts'

/** Environments that cannot be used. Its message lists every complaint, one a line: file, line, key, what is allowed, what it says. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly complaints: readonly Complaint[]
  /** Which pages explain these keys: the line after the message, where a person reads it. */
  readonly guides: string

  constructor(complaints: readonly Complaint[]) {
    const sorted = inReadingOrder(complaints)
    const count = complaints.length === 1 ? 'one mistake' : `${complaints.length} mistakes`
    super([`the environments have ${count}:`, ...sorted.map(complaint => `  ${formatComplaint(complaint)}`)].join('\n'))
    this.complaints = sorted
    this.guides = guidesTo(sorted.flatMap(pathsInConfig), 'docs/environments.md')
  }
}

/** An environment's `storage` is explained where the providers are, and what stands below `registry` where the registry's own keys are. */
function pathsInConfig({ path }: Complaint): string[] {
  if (path.startsWith('registry.')) return [path.slice('registry.'.length)]
  return path === 'storage' || path.startsWith('storage.') ? ['storage.s3'] : []
}

export type { Complaint }
