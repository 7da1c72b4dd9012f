import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { type AddEnvironmentsOptions, addEnvironments } from './add-environments.ts'
import { stacksFolder } from './app-outputs.ts'
import { App } from './tf.ts'

/**
 * Writes an environment's two stacks as plain Terraform, a folder each, that `terraform` or `tofu` applies without cdktf.
 *
 * What was exported before is replaced; states that lie beside the folders stay.
 *
 * @returns the folders in the order in which they are to be applied
 */
export function exportEnvironment(environment: CdktfEnvironment, folder: string, options: AddEnvironmentsOptions = {}): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'bucket-registry-export-'))
  try {
    const app = new App({ outdir })
    addEnvironments(app, [environment], options)
    app.synth()
    return [`registry-${environment.name}-data`, `registry-${environment.name}`].map(stack => {
      const target = join(folder, stack)
      clear(target)
      const { 'cdk.tf.json': configuration = '', ...others } = filesOf(join(outdir, 'stacks', stack))
      writeFileSync(join(target, 'main.tf.json'), plain(configuration))
      for (const [name, from] of Object.entries(others)) cpSync(from, join(target, name), { recursive: true })
      return target
    })
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** What Terraform itself put there stays: its providers, and the lock of their versions. */
function clear(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('.terraform')) rmSync(join(folder, name), { recursive: true })
  }
}

/** The configuration's text, and the paths of whatever lies beside it. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).map(name => [name, join(folder, name)] as const)
  return Object.fromEntries(names.map(([name, path]) => [name, name === 'cdk.tf.json' ? readFileSync(path, 'utf8') : path]))
}

/**
 * Without cdktf's notes to itself, and with the states beside the stacks' folders instead of in the folder that the kit was started in. What outputs tell
 * to type holds in the folder of the stack.
 */
function plain(configuration: string): string {
  const withoutNotes: unknown = JSON.parse(configuration, (key, value: unknown) => {
    if (key === '//') return undefined
    if (typeof value !== 'string') return value
    return value
      .replaceAll(/(^|\$\{path\.module\}\/)[^"]*\/(terraform\.registry-[a-z0-9-]+\.tfstate)/g, '$1../$2')
      .replaceAll(`-chdir=${stacksFolder}`, '-chdir=../')
  })
  return `${JSON.stringify(withoutNotes, undefined, 2)}\n`
}
