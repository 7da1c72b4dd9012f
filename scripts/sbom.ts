import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { billOfMaterials } from '../lib/release/bill-of-materials.ts'
import { readDockerfile } from '../lib/release/read-dockerfile.ts'
import { bundleApp } from './build/bundle-app.ts'

const root = join(import.meta.dirname, '..')
/** `--image FILE`: where the bill of the image goes, which is that of all programs in it. */
const { image } = parseArgs({ options: { image: { type: 'string' } } }).values

// A bill is of what a bundle contains, so there is none without the bundle.
for (const { bill, packages } of await bundleApp()) {
  const lines = packages.map(({ name, version, license }) => `  ${name} ${version}, ${license}`)
  process.stdout.write(`${bill}: ${packages.length} packages\n${lines.join('\n')}\n`)
}

if (image !== undefined) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const folder = join(root, 'registry-app')
  const recipe = readDockerfile(readFileSync(join(folder, 'Dockerfile'), 'utf8'), { VERSION: version })
  const { content, packages } = billOfMaterials(recipe, folder, version)
  writeFileSync(image, content)
  process.stdout.write(`${image}: ${packages} packages, those of the image\n`)
}
