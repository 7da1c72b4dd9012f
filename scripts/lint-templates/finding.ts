/** What a linter says about a resource of a template. */
export interface Finding {
  readonly tool: 'cfn-lint' | 'checkov'
  readonly rule: string
  /** The name of the template's file. */
  readonly template: string
  /** The logical id, without a type. */
  readonly resource: string
  readonly says: string
}

/** Why a finding stays. */
export interface Explanation {
  readonly rule: string
  /** Which logical ids. @default - every resource */
  readonly resource?: RegExp
  readonly why: string
}

/** @returns findings that nothing explains, and explanations of nothing */
export function unexplained(found: readonly Finding[], explanations: readonly Explanation[]) {
  const fits = ({ rule, resource }: Explanation, finding: Finding) =>
    rule === finding.rule && (resource === undefined || resource.test(finding.resource))
  return {
    open: found.filter(finding => !explanations.some(explanation => fits(explanation, finding))),
    stale: explanations.filter(explanation => !found.some(finding => fits(explanation, finding))),
  }
}
