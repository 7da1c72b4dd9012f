import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { expect, test } from 'vitest'
import { billOfMaterials } from '../../../lib/release/bill-of-materials.ts'
import { sha256 } from '../../registry-app/support/bytes.ts'
import { stubAppFolder } from '../support/app-folder.ts'

const names = ['registry', 'registry-tracing', 'registry-copy']
const recipe = {
  base: 'node:24',
  files: [
    ...names.map(name => ({ from: `dist/${name}.mjs`, to: `/${name}.mjs` })),
    { from: 'container.yml', to: '/etc/distribution/config.yml' },
  ],
  ...{ folders: [], config: {}, labels: {}, variables: {} },
}
const bill = () => JSON.parse(billOfMaterials(recipe, stubAppFolder(), '0.1.0').content.toString())
const purls = (...names: readonly string[]) => names.map(name => `pkg:npm/${name}@1.0.0`)

test('the bills of all programs become one, which is CycloneDX 1.6 by its own schema', async () => {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(bill()))).toBeNull()
})

test('it names each program with its hash, and each package once', () => {
  const { metadata, components } = bill()

  expect(metadata.component).toMatchObject({ type: 'container', name: 'bucket-registry', version: '0.1.0' })
  expect(components.slice(0, 3)).toMatchObject(
    names.map(name => ({ type: 'file', name: `${name}.mjs`, hashes: [{ alg: 'SHA-256', content: sha256(name).replace('sha256:', '') }] })),
  )
  expect(components.slice(3).map((each: { purl: string }) => each.purl)).toEqual(
    purls('shared', 'only-registry', 'only-registry-tracing', 'only-registry-copy'),
  )
})

test('it says which program needs which packages', () => {
  expect(bill().dependencies.slice(0, 4)).toMatchObject([
    { ref: 'bucket-registry', dependsOn: names.map(name => `${name}.mjs`) },
    { ref: 'registry.mjs', dependsOn: purls('shared', 'only-registry') },
    { ref: 'pkg:npm/shared@1.0.0', dependsOn: [] },
    { ref: 'pkg:npm/only-registry@1.0.0', dependsOn: [] },
  ])
})

test('a program without a bill is told of', () => {
  const folder = stubAppFolder()
  rmSync(join(folder, 'dist/registry-copy.cdx.json'))

  expect(() => billOfMaterials(recipe, folder, '0.1.0')).toThrow(
    /^dist\/registry-copy\.cdx\.json is missing in .*: npm run build makes it$/,
  )
})
