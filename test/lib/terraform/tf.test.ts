import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dockerEnvironment, synthesize } from './synthesize.ts'

test('cdktf is imported by its one door alone', () => {
  const files = ['bin', 'lib', 'scripts', 'test/bin', 'test/lib'].flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(folder, name)),
  )
  const importers = files.filter(file => /(?:from|import|require)\s*\(?\s*['"](?:@?cdkt[fn]\b)/.test(readFileSync(file, 'utf8')))

  expect(importers).toEqual([join('lib', 'terraform', 'tf.ts')])
})

test('what stands behind the door is cdktf, or its successor where npm run test:cdktn asks for that', () => {
  const { outdir } = synthesize([dockerEnvironment('try', 'storage: {driver: filesystem}')])
  const { version } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))

  expect(version).toMatch(process.env.BUCKET_REGISTRY_CDKTN === 'true' ? /^0\.24\./ : /^0\.21\./)
})
