import { type Complaint, formatComplaint, inReadingOrder } from '../../registry-app/src/config/complaint.ts'

/** Environments that cannot be used. Its message lists every complaint, one a line: file, line, key, what is allowed, what it says. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    const sorted = inReadingOrder(complaints)
    const count = complaints.length === 1 ? 'one mistake' : `${complaints.length} mistakes`
    super([`the environments have ${count}:`, ...sorted.map(complaint => `  ${formatComplaint(complaint)}`)].join('\n'))
    this.complaints = sorted
  }
}

export type { Complaint }
