import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { docker } from './docker.ts'
import { run } from './run.ts'

/**
 * Makes a base image that holds a Node.js binary and the libraries it is linked with: what `node:24-slim` is to users,
 * where no image can be pulled.
 *
 * @param folder an empty one to build it in
 */
export async function importNodeImage(name: string, { node, folder }: { node: string; folder: string }) {
  await docker(['import', await nodeImageArchive({ node, folder }), name])
}

/** @returns what `docker import` makes that image from */
export async function nodeImageArchive({ node, folder }: { node: string; folder: string }): Promise<string> {
  await install(node, join(folder, 'usr/local/bin/node'))
  const libraries = (await run('ldd', [node])).match(/\/\S+/g) ?? []
  for (const library of libraries) await install(library, join(folder, library))
  const archive = `${folder}.tar`
  await run('tar', ['-C', folder, '-cf', archive, '.'])
  return archive
}

async function install(from: string, to: string) {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
}
