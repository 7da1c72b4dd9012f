import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { selectEnvironments } from '../../../lib/environment/select-environments.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { type Synthesized, synthesize } from './synthesize.ts'

markSecrets()

const environments = selectEnvironments().filter(environment => environment.engine === 'cdktf')
let once: Synthesized | undefined
const all = () => {
  once ??= synthesize(environments)
  return once
}

describe('the environments that are shipped', () => {
  test('are these', () => {
    expect(environments.map(({ name }) => name).toSorted()).toEqual(['local', 'minio', 'nifcloud', 'r2', 'swarm'])
  })

  test.each(environments.flatMap(({ name }) => [`registry-${name}-data`, `registry-${name}`]))('%s', name => {
    const text = readFileSync(join(all().outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')
    // Contents have hashes, and so have the places of constructs and the folder of the state: what is meant is the same.
    const masked = text
      .replace(/[0-9a-f]{64}/g, 'HASH')
      .replace(/files_[0-9A-F]{8}/g, 'files_HASH')
      .replace(/("path": "|path\.module\}\/)[./\w-]*\/terraform\./g, '$1terraform.')

    // What stands under // is cdktf's own.
    expect(JSON.parse(masked, (key, value) => (key === '//' ? undefined : value))).toMatchSnapshot()
  })

  test('hold no secret', () => {
    const files = readdirSync(all().outdir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())

    expect(files.length).toBeGreaterThan(10)
    for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'utf8'), name).not.toContain(mark)
  })
})
