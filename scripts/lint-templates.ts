import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepted } from './lint-templates/accepted.ts'
import { findWithCfnLint } from './lint-templates/cfn-lint.ts'
import { findWithCheckov } from './lint-templates/checkov.ts'
import { unexplained } from './lint-templates/finding.ts'
import { synthesizeShipped } from './lint-templates/synthesize-shipped.ts'

// Holds the templates of all shipped environments against two linters; what they find is mended, or explained in accepted.ts.
const folder = await mkdtemp(join(tmpdir(), 'bucket-registry-templates-'))
try {
  synthesizeShipped(folder)
  const templates = (await readdir(folder)).filter(name => name.endsWith('.template.json')).toSorted()
  const found = (await Promise.all([findWithCfnLint(folder, templates), findWithCheckov(folder, templates)])).flat()
  const { open, stale } = unexplained(found, accepted)
  for (const { tool, rule, template, resource, says } of open) process.stdout.write(`${tool} ${rule} ${template} ${resource}: ${says}\n`)
  for (const { rule, resource } of stale)
    process.stdout.write(`accepted.ts: nothing is found any more by ${rule} at ${resource ?? 'any resource'}\n`)
  process.stdout.write(`${templates.length} templates, ${found.length} findings, ${found.length - open.length} of them explained\n`)
  process.exitCode = open.length + stale.length === 0 && templates.length > 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
