import { execFile } from 'node:child_process'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const version = '0.24.0'

/** Where cdktn lies: fetched from npm when it is first asked for, and kept below `node_modules`. Its peer, constructs, is the project's own. */
export const cdktnFolder = join(import.meta.dirname, '../../node_modules/.cache/cdktn')

export async function fetchCdktn(): Promise<void> {
  const installed = join(cdktnFolder, 'node_modules/cdktn/package.json')
  if (
    await access(installed).then(
      () => true,
      () => false,
    )
  )
    return
  await mkdir(cdktnFolder, { recursive: true })
  await writeFile(join(cdktnFolder, 'package.json'), JSON.stringify({ private: true }))
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--prefix', cdktnFolder, `cdktn@${version}`]
  await promisify(execFile)('npm', args, { cwd: cdktnFolder })
}
