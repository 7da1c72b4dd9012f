import { basename } from 'node:path'
import { z } from 'zod'
import type { Finding } from './finding.ts'
import { runLinter } from './run-linter.ts'

const report = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() })),
  }),
  summary: z.object({ parsing_errors: z.number(), resource_count: z.number() }),
})

/** https://www.checkov.io: what others have found to be careless. */
export async function findWithCheckov(folder: string, templates: readonly string[]): Promise<readonly Finding[]> {
  const files = templates.flatMap(template => ['--file', template])
  // Without a key it asks nobody; its own runner for pictures of secrets would read the templates once more.
  const args = ['--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact', '--soft-fail', '--skip-download', ...files]
  const { results, summary } = report.parse(JSON.parse(await runLinter('checkov', args, folder)))
  if (summary.parsing_errors > 0 || summary.resource_count === 0) throw new Error('checkov could not read the templates')
  return results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
    tool: 'checkov',
    rule: check_id,
    template: basename(file_path),
    resource: resource.split('.').at(-1) ?? resource,
    says: check_name,
  }))
}
