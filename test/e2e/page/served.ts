import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inParallel } from '../../../registry-app/src/concurrency/in-parallel.ts'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { Name, Tag } from '../../../registry-app/src/registry/name.ts'
import { summaryPath, tagIndexPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { encodeSummary, type HistoryPoint, type Summary } from '../../../registry-app/src/ui/summary.ts'
import { basic } from '../../registry-app/auth/support/checks.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { temporaryFolder, temporaryFolderForManyFiles } from '../support/temporary-folder.ts'
import { pushDemo, pusher, pushSmall, pushUntagged } from './demo-images.ts'

export const password = 'a long password'

const everything = ['pull', 'push', 'delete', 'catalog', 'administer']
const access = [
  { name: 'keepers', repositories: ['**'], who: ['user:alice'], actions: everything },
  { name: 'public', repositories: ['public/**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
]

/** A registry with a company's images, and two months behind it. */
export async function serveDemo(auth: object = { htpasswd: { realm: 'Registry', username: 'alice', password } }): Promise<RegistryServer> {
  const folder = await temporaryFolder()
  await rememberMonths(join(folder, 'data'))
  const server = await startServer({ folder, config: { auth, access } })
  const push = pusher(server.url, basic('alice', password))
  await pushDemo(push)
  await pushSmall(push, 'public/hello', ['latest', 'v1'])
  return server
}

/** A registry of which another replica has just counted ten thousand repositories. */
export async function serveMany(): Promise<RegistryServer> {
  const folder = await temporaryFolder()
  const repositories = Array.from({ length: 10_000 }, (_, index) => ({
    name: `team-${String(index % 40).padStart(2, '0')}/service-${String(index).padStart(4, '0')}`,
    bytes: ((index * 7919) % 10_000) * 1_000_003,
    tags: 1 + (index % 20),
    manifests: 1 + (index % 20),
    pushed: Date.now() - index * 60_000,
  }))
  const size = repositories.reduce((sum, { bytes }) => sum + bytes, 0)
  await remember(join(folder, 'data'), { at: Date.now(), whole: { blobs: 200_000, size }, repositories })
  return startServer({ folder })
}

/** A registry with a repository of many tags, as so many pushes of one image leave them, a minute after one another. @returns the tags in that order, which is not theirs by name */
export async function serveManyTags(name: string, count: number): Promise<{ server: RegistryServer; tags: readonly string[] }> {
  const folder = await temporaryFolderForManyFiles()
  const server = await startServer({ folder })
  const { digest } = await pushUntagged(pusher(server.url), name)
  const write = async (path: string) => {
    const file = join(folder, 'data', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, digest)
    return file
  }
  const tags = Array.from({ length: count }, (_, index) => `build-${String((index * 7919) % count).padStart(5, '0')}`)
  const last = Date.now() - 60_000
  await inParallel([...tags.entries()], 32, async ([index, tag]) => {
    await write(tagIndexPath(name as Name, tag as Tag, digest as Digest))
    const at = new Date(last - (count - index) * 60_000)
    await utimes(await write(tagLinkPath(name as Name, tag as Tag)), at, at)
  })
  return { server, tags }
}

const day = 24 * 3_600_000

/** As if somebody had looked every day: what the plot shows. */
async function rememberMonths(storage: string) {
  const now = Date.now()
  const history = Array.from({ length: 60 }, (_, index): HistoryPoint => {
    const grown = (start: number, by: number) => Math.round(start + by * index + (index % 7) * start * 0.01)
    const largest = [
      ['shop/storefront', grown(9e6, 220_000)],
      ['shop/checkout', index < 20 ? 0 : grown(6e6, 240_000)],
      ['base/node', grown(7e6, 30_000)],
      ['base/debian', grown(6e6, 25_000)],
    ] as const
    const bytes = largest.reduce((sum, [, size]) => sum + size, 0) + 6e6
    return { day: new Date(now - (60 - index) * day).toISOString().slice(0, 10), bytes, repositories: 9, largest: [...largest] }
  })
  await remember(storage, { at: now - 2 * day, history })
}

async function remember(storage: string, summary: Pick<Summary, 'at'> & Partial<Summary>) {
  const none = { blobs: 0, size: 0 }
  const file = join(storage, summaryPath)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, await encodeSummary({ whole: none, unlinked: none, repositories: [], pushed: [], history: [], ...summary }))
}
