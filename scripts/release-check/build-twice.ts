import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

/**
 * Builds what is shipped twice from nothing, under another language and time zone the second time.
 *
 * @returns the hash of each file
 * @throws Error that names the files that differ
 */
export async function buildTwice(root: string): Promise<ReadonlyMap<string, string>> {
  const first = await build(root, { TZ: 'UTC', LANG: 'C' })
  const second = await build(root, { TZ: 'Asia/Tokyo', LANG: 'ja_JP.UTF-8' })
  const names = [...new Set([...first.keys(), ...second.keys()])]
  const differing = names.filter(name => first.get(name) !== second.get(name))
  if (differing.length > 0) throw new Error(`two builds differ in ${differing.join(', ')}`)
  return first
}

async function build(root: string, env: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const dist = join(root, 'registry-app/dist')
  await rm(dist, { recursive: true, force: true })
  await runCommand(process.execPath, ['scripts/build.ts'], { cwd: root, env })
  const names = (await readdir(dist)).toSorted()
  const hashes = names.map(
    async name =>
      [
        name,
        createHash('sha256')
          .update(await readFile(join(dist, name)))
          .digest('hex'),
      ] as const,
  )
  return new Map(await Promise.all(hashes))
}
