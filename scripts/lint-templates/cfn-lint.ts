import { z } from 'zod'
import type { Finding } from './finding.ts'
import { runLinter } from './run-linter.ts'

const report = z.array(
  z.object({
    Filename: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
    Message: z.string(),
    Rule: z.object({ Id: z.string() }),
  }),
)

/** https://github.com/aws-cloudformation/cfn-lint: the schemas of CloudFormation, and rules on what goes together. */
export async function findWithCfnLint(folder: string, templates: readonly string[]): Promise<readonly Finding[]> {
  const answer = await runLinter('cfn-lint', ['--format', 'json', '--template', ...templates], folder)
  return report.parse(JSON.parse(answer)).map(({ Filename, Location, Message, Rule }) => ({
    tool: 'cfn-lint',
    rule: Rule.Id,
    template: Filename,
    resource: String(Location.Path?.[0] === 'Resources' ? Location.Path[1] : (Location.Path?.slice(0, 2).join('.') ?? '')),
    says: Message,
  }))
}
