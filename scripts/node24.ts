import { execFile } from 'node:child_process'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const version = '24.21.0'

/**
 * The path of a Node.js 24, which the image is built on: fetched from npm when it is first asked for, and kept below `node_modules`.
 * Never in a PATH: the repository's own scripts run on the Node.js of its toolchain.
 */
export async function node24(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(import.meta.dirname, '../node_modules/.cache/node24')
  const binary = join(folder, 'node_modules', name, 'bin/node')
  if (await isThere(binary)) return binary

  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, `${name}@${version}`]
  await promisify(execFile)('npm', args, { cwd: folder })
  return binary
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
