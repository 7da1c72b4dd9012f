import { stat } from 'node:fs/promises'
import { UsageError } from '../usage-error.ts'
import type { FileAddress } from './address.ts'
import { dockerArchiveSource, readDockerImages } from './archive/docker-archive-source.ts'
import { tarFiles } from './archive/tar-files.ts'
import { folderFiles } from './layout/folder.ts'
import { readLayoutIndex } from './layout/layout-index.ts'
import { type FileSource, layoutSource } from './layout/layout-source.ts'

/** A layout or an archive, whichever kind of archive it is. @throws UsageError */
export async function openFileSource({ kind, path, name }: FileAddress): Promise<FileSource> {
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    cause => {
      throw new UsageError(`${path} cannot be read: ${cause.message}`, { cause })
    },
  )
  if (isFolder !== (kind === 'oci'))
    throw new UsageError(`${path} is ${isFolder ? 'a folder: oci: reads such' : 'a file: oci-archive: and docker-archive: read such'}`)
  const files = isFolder ? folderFiles(path) : await tarFiles(path).catch(asUsage)
  try {
    // docker has written both since version 25, and byte for byte is better.
    const entries = await readLayoutIndex(files).catch(asUsage)
    if (entries && entries.length > 0) return layoutSource(files, entries, name)
    if (kind !== 'docker-archive') throw new UsageError(`${path} has no images in it: it has no index.json, or an empty one`)
    return dockerArchiveSource(files, await readDockerImages(files), name)
  } catch (error) {
    await files.close()
    throw error
  }
}

const asUsage = (cause: unknown): never => {
  throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
}
