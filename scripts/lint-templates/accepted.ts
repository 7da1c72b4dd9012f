import type { Explanation } from './finding.ts'

/** What cfn-lint and checkov find in the shipped environments, and why it is as it is. */
export const accepted: readonly Explanation[] = []
