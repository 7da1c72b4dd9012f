import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'

const actionlint = await tool('actionlint')
const folder = join(root, 'examples/github-actions/.github/workflows')
const own = join(root, '.github/workflows')

suite('examples/github-actions', [actionlint], async () => {
  const files = await readdir(folder)

  it('has a workflow for each engine', () => {
    expect(files.toSorted()).toEqual(['aws.yml', 'docker-host.yml'])
  })

  it.each(files)('has nothing in %s that actionlint would mend', async name => {
    await run(actionlint.path, ['-no-color', join(folder, name)])
  })

  it.each(files)('has no key for AWS in %s', async name => {
    const text = await readFile(join(folder, name), 'utf8')
    expect(text).toContain('id-token: write')
    expect(text).not.toMatch(/aws-(access-key-id|secret-access-key):/)
  })
})

suite('.github/workflows', [actionlint], async () => {
  const files = await readdir(own)

  it('has a workflow that tests, and one that releases', () => {
    expect(files.toSorted()).toEqual(['ci.yml', 'release.yml'])
  })

  it.each(files)('has nothing in %s that actionlint would mend', async name => {
    await run(actionlint.path, ['-no-color', join(own, name)])
  })
})
