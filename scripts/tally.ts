import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { countReport, type Tally, type VitestReport } from './tally/count-report.ts'

// Adds up what the runners reported in a folder: NAME.json from vitest, and an empty NAME.failed for a command that failed.
const [folder = '.'] = process.argv.slice(2)
const files = await readdir(folder)
const total: Tally = { passed: 0, failed: [], skipped: [] }

for (const file of files.filter(name => name.endsWith('.json')).sort()) {
  const name = basename(file, '.json')
  const { passed, failed, skipped } = countReport(JSON.parse(await readFile(join(folder, file), 'utf8')) as VitestReport)
  process.stdout.write(`${name}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
  for (const title of skipped) process.stdout.write(`  skipped: ${title}\n`)
  total.passed += passed
  // A runner that failed for another reason than a test, such as an error between two of them, has not passed either.
  if (failed.length === 0 && files.includes(`${name}.failed`)) failed.push('the runner')
  total.failed.push(...failed.map(title => `${name}: ${title}`))
  total.skipped.push(...skipped)
}
const commands = files.filter(file => file.endsWith('.failed')).map(file => basename(file, '.failed'))
total.failed.push(...commands.filter(name => !files.includes(`${name}.json`)))
// Last of all, where they are found.
for (const title of total.failed) process.stdout.write(`FAILED  ${title}\n`)
process.stdout.write(`${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped\n`)
process.exitCode = total.failed.length === 0 && total.passed > 0 ? 0 : 1
