import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
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

/** @throws Error with what the compiler says */
async function compile(programs: readonly string[]): Promise<void> {
  // Below the repository, where the packages are found.
  const folder = mkdtempSync(join(root, 'node_modules/.docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = programs.map((text, index) => {
    writeFileSync(join(folder, `${index}.ts`), text)
    return `${index}.ts`
  })
  const paths = { 'bucket-registry': ['lib/index.ts'], 'bucket-registry/*': ['lib/*/index.ts'] }
  const compilerOptions = {
    paths: Object.fromEntries(Object.entries(paths).map(([name, [target = '']]) => [name, [join(root, target)]])),
    noUnusedLocals: false,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }),
  )
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', folder]).catch(cause => {
    throw new Error(String(cause.stdout) || String(cause))
  })
}

test('what is written in TypeScript compiles, within an app of CDK', { timeout: 120_000 }, async () => {
  expect(blocks.length).toBeGreaterThan(0)
  await compile(blocks.map(({ text }) => programOf(text)))
})

test('what does not compile is found', { timeout: 120_000 }, async () => {
  const wrong = `import { Registry } from 'bucket-registry/aws'\nnew Registry(this, 'Registry', { domainNaem: 'registry.example.com', hostedZone })`
  await expect(compile([programOf(wrong)])).rejects.toThrow('domainNaem')
})
