import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './run.ts'

/**
 * Puts a program of this machine into a folder that becomes an image, with the libraries that it is linked with.
 *
 * @param at where it is in the image
 */
export async function installProgram(program: string, folder: string, at = program): Promise<void> {
  await install(program, join(folder, at))
  // Of a program that is linked with nothing, ldd says so and fails.
  const libraries = (await run('ldd', [program]).catch(() => '')).match(/\/\S+/g) ?? []
  for (const library of libraries) if (library !== program && !library.endsWith(':')) await install(library, join(folder, library))
}

async function install(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
}
