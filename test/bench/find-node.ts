import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The Node.js binary that a path means: itself, or the one in a folder into which npm or a release archive has put it. */
export async function findNode(path: string): Promise<string> {
  const platform = `node-${process.platform}-${process.arch}`
  const candidates = ['', 'bin/node', `${platform}/bin/node`, `node_modules/${platform}/bin/node`].map(place => join(path, place))
  for (const candidate of candidates) {
    if (await isFile(candidate)) return candidate
  }
  throw new Error(`no Node.js at ${path}, nor at ${candidates.slice(1).join(', ')}`)
}

const isFile = (path: string) =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  )
