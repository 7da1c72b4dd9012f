import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docker } from './docker.ts'
import { run } from './run.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * An image of one layer that no other image has, which cannot be compressed. An engine packs and sends it in no time, where one with
 * Node.js in it keeps a busy machine for minutes; and once it is removed, a pull has to fetch it.
 *
 * @param bytes that its layer has
 * @returns its id: the digest of its config, which names the layer's
 */
export async function importSmallImage(name: string, bytes = 1024 * 1024): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'content'), randomBytes(bytes))
  await run('tar', ['-C', folder, '-cf', join(folder, 'image.tar'), 'content'])
  return docker(['import', join(folder, 'image.tar'), name])
}
