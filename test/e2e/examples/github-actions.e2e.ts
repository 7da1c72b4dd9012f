import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'

const actionlint = await tool('actionlint')

for (const { folder, expected } of [
  { folder: 'examples/github-actions/.github/workflows', expected: ['aws.yml', 'docker-host.yml'] },
  { folder: '.github/workflows', expected: ['ci.yml', 'release.yml'] },
]) {
  suite(folder, [actionlint], async () => {
    const files = await readdir(join(root, folder))

    it('has the workflows that it should', () => {
      expect(files.toSorted()).toEqual(expected)
    })

    it.each(files)('has nothing in %s that actionlint would mend', async name => {
      await run(actionlint.path, ['-no-color', join(root, folder, name)])
    })

    it.each(files.filter(name => name !== 'ci.yml'))('has no key for AWS in %s', async name => {
      const text = await readFile(join(root, folder, name), 'utf8')
      expect(text).toContain('id-token: write')
      expect(text).not.toMatch(/aws-(access-key-id|secret-access-key):/)
    })
  })
}
