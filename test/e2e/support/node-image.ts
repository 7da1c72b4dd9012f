import { docker } from './docker.ts'
import { installProgram } from './install-program.ts'
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
  await installProgram(node, folder, 'usr/local/bin/node')
  const archive = `${folder}.tar`
  await run('tar', ['-C', folder, '-cf', archive, '.'])
  return archive
}
