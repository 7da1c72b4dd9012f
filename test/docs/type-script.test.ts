import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { dissect } from './support/fenced-blocks.ts'
import { pages, root } from './support/markdown-files.ts'

const blocks = pages.flatMap(page => dissect(page).blocks.filter(({ language }) => language === 'ts'))

/** What an app has already into which a page's lines are written. */
const surroundings = `import { Stack } from 'aws-cdk-lib'
import type { TaskDefinition } from 'aws-cdk-lib/aws-ecs'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IHostedZone } from 'aws-cdk-lib/aws-route53'
declare const hostedZone: IHostedZone
declare const task: TaskDefinition
declare const build: IGrantable`

/** Its imports at the top, the rest where a stack is put together. */
function programOf(text: string): string {
  const lines = text.split('\n')
  const imports = lines.filter(line => line.startsWith('import '))
  const rest = lines.filter(line => !line.startsWith('import ')).map(line => `    ${line}`)
  return `${surroundings}\n${imports.join('\n')}\nnew (class extends Stack {\n  build() {\n${rest.join('\n')}\n  }\n})().build()\n`
}

/** @returns what the compiler says of each program */
async function compile(programs: readonly string[]): Promise<string[]> {
  // Below the repository, where the packages are found.
  const folder = mkdtempSync(join(root, 'node_modules/.docs-'))
  try {
    const files = programs.map((_, index) => `${index}.ts`)
    for (const [index, text] of programs.entries()) writeFileSync(join(folder, `${index}.ts`), text)
    const paths = { 'bucket-registry': [join(root, 'lib/index.ts')], 'bucket-registry/*': [join(root, 'lib/*/index.ts')] }
    const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions: { paths, noUnusedLocals: false }, include: [], files }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '--project', folder, '--pretty', 'false']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(cause => cause as { stdout: string })
    return files.map(name =>
      stdout
        .split('\n')
        .filter(line => line.startsWith(`${name}(`))
        .join('\n'),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const wrong = `import { Registry } from 'bucket-registry/aws'\nnew Registry(this, 'Registry', { domainNaem: 'registry.example.com', hostedZone })`

test('what is written in TypeScript compiles within an app of CDK, and what does not compile is found', { timeout: 120_000 }, async () => {
  expect(blocks.length).toBeGreaterThan(0)
  const [ofWrong, ...ofBlocks] = await compile([programOf(wrong), ...blocks.map(({ text }) => programOf(text))])
  expect(ofWrong).toContain('domainNaem')
  expect(ofBlocks).toEqual(blocks.map(() => ''))
})
