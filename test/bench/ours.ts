import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { node24 } from '../../scripts/node24.ts'
import { command } from './command.ts'
import type { Contender } from './contender.ts'
import { findNode } from './find-node.ts'
import type { Options } from './options.ts'

const root = join(import.meta.dirname, '../..')

export interface Ours extends Contender {
  readonly bundleBytes: number
}

/** This project's registry as it ships: the bundle, on Node.js 24 where that can be had. */
export async function ours(options: Options, say: (line: string) => void): Promise<Ours> {
  const bundle = options.bundle ?? join(root, 'registry-app/dist/registry.mjs')
  if (!options.bundle) await command('npm', ['run', 'build'], { cwd: root })
  const node = options.node ? await findNode(options.node) : await node24().catch(error => ownNode(error, say))
  const [version, nodeVersion] = await Promise.all([command(node, [bundle, '--version']), command(node, ['--version'])])
  return {
    id: 'ours',
    name: `bucket-registry ${version} on Node.js ${nodeVersion.slice(1)}`,
    file: node,
    args: config => [...options.nodeArgs, bundle, 'serve', config],
    env: { NODE_ENV: 'production', ...Object.fromEntries(options.oursEnv.map(pair)) },
    bundleBytes: (await stat(bundle)).size,
  }
}

function ownNode(error: Error, say: (line: string) => void): string {
  say(`no Node.js 24, so ours runs on ${process.version}: ${error.message}`)
  return process.execPath
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`--ours-env ${text}: not NAME=value`)
  return [text.slice(0, at), text.slice(at + 1)]
}
