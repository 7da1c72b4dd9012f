import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly { uses?: string; run?: string }[] }>
  >
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const workflowAt = (path: string) => parse(read(path)) as Workflow
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const files = globSync('{.,examples/*}/.github/workflows/*.yml', { cwd: root }).toSorted()

describe.each(files)('%s', file => {
  const workflow = workflowAt(file)
  const steps = Object.values(workflow.jobs).flatMap(job => job.steps)

  test('says what it may, and takes actions by a version', () => {
    expect(workflow.permissions).toMatchObject({ contents: 'read' })
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w.-]+\/[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/)
  })

  test('runs only scripts that there are', () => {
    const run = steps.flatMap(step => [...(step.run ?? '').matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name))
    expect(run.filter(name => !(name in scripts))).toEqual([])
  })
})

describe('a release', () => {
  const { jobs } = workflowAt('.github/workflows/release.yml')
  const text = read('.github/workflows/release.yml')

  test('is checked before anything is published', () => {
    expect(jobs.check?.steps.some(({ run }) => run?.startsWith('npm run release:check -- --tag'))).toBe(true)
    for (const [name, job] of Object.entries(jobs)) if (name !== 'check') expect(job).toMatchObject({ needs: 'check' })
  })

  test('has the rights to publish where it publishes, and nowhere else', () => {
    expect(jobs.check?.permissions).toBeUndefined()
    expect(jobs.package?.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    expect(jobs.image?.permissions).toEqual({ contents: 'read', packages: 'write', 'id-token': 'write' })
  })

  test('is signed, with a bill and where it was built, for both architectures', () => {
    for (const part of [
      'npm publish --provenance',
      'linux/amd64,linux/arm64',
      'provenance: mode=max',
      'sbom: true',
      'cosign sign --yes',
      'cosign attest --yes',
    ])
      expect(text).toContain(part)
  })
})
