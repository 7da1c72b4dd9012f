import { arch } from 'node:os'
import { UsageError } from '../usage-error.ts'
import type { FileAddress } from './address.ts'
import { dockerArchiveTarget } from './archive/docker-archive-target.ts'
import { tarWriter } from './archive/tar-writer.ts'
import { folderWriter } from './layout/folder.ts'
import { type FileTarget, layoutTarget } from './layout/layout-target.ts'

/** @param repository what an archive of docker's calls images that got no name @throws UsageError */
export async function openFileTarget({ kind, path, name }: FileAddress, repository: string): Promise<FileTarget> {
  if (kind === 'oci') return layoutTarget(folderWriter(path))
  const writer = await tarWriter(path).catch(cause => {
    throw new UsageError(`${path} cannot be written: ${cause.message}`, { cause })
  })
  if (kind === 'oci-archive') return layoutTarget(writer, { complete: async () => {} })
  const isFull = name !== undefined && /[/:]/.test(name)
  return dockerArchiveTarget(writer, { nameOf: tag => (isFull ? name : `${repository}:${tag}`), architecture: goArchitecture() })
}

/** As images name it. */
function goArchitecture(): string {
  const own = arch()
  return ({ x64: 'amd64', ia32: '386' } as Record<string, string>)[own] ?? own
}
