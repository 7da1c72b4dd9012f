import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exportEnvironment } from '../../../lib/terraform/export-environment.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { everyEnvironment } from '../support/every-environment.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { synthesize } from './synthesize.ts'

markSecrets()

/** The files below a folder in which the mark stands, and how many were looked at. */
function marked(folder: string) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return { looked: files.length, found: files.filter(file => readFileSync(file, 'utf8').includes(mark)) }
}

test('no file of cdktf.out has a secret of the shell in it, whatever way bucket, records, certificate, users and host are made', () => {
  const environments = everyEnvironment()

  const { looked, found } = marked(synthesize(environments).outdir)

  expect(looked).toBeGreaterThan(2 * environments.length)
  expect(found).toEqual([])
})

test('no file of exported Terraform has one', () => {
  const folder = temporaryFolder()
  const appFolder = stubAppFolder()
  // An export is the same synthesis, copied: one with each kind of secret will do.
  const some = ['own-nifcloud-host', 'own-rfc2136', 'own-self-signed', 'r2', 'swarm']
  const environments = everyEnvironment().filter(({ name }) => some.includes(name))
  for (const environment of environments) exportEnvironment(environment, join(folder, environment.name), { appFolder })

  expect(environments).toHaveLength(some.length)
  expect(marked(folder)).toMatchObject({ found: [] })
})
