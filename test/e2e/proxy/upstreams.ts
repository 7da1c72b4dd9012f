import { join } from 'node:path'
import { writeLayers } from '../clients/layers.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { type Distribution, startDistribution } from '../support/distribution.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { type CountingUpstream, countingUpstream } from './counting-upstream.ts'

export const craneTool = await tool('crane')
export const crane = (...args: string[]) => run(craneTool.path, args)

export interface Behind {
  readonly distribution: Distribution
  readonly upstream: CountingUpstream
  readonly cache: RegistryServer
  readonly folder: string
}

/** Distribution, what counts before it, and a registry that caches it. @param proxy the section of its configuration, for an upstream at this URL */
export async function cacheOfDistribution(proxy: (url: string) => object, storage?: object): Promise<Behind> {
  const folder = await temporaryFolder()
  const distribution = await startDistribution({ filesystem: { rootdirectory: join(folder, 'upstream') } })
  const upstream = await countingUpstream(distribution.host)
  const config = { proxy: proxy(upstream.url), ...(storage && { storage }) }
  const cache = await startServer({ folder, config })
  atTheEnd(() => cache.stop())
  return { distribution, upstream, cache, folder }
}

/** An image with layers of so many bytes, which nobody else has. */
export async function pushImage(image: string, sizes: readonly number[]): Promise<string> {
  const layers = await writeLayers(join(await temporaryFolder(), 'layers'), sizes)
  await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image)
  return crane('digest', image)
}

/** How often each blob was fetched. */
export function fetches({ asked }: CountingUpstream): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of asked) if (line.startsWith('GET') && line.includes('/blobs/')) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}
