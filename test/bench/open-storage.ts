import { openFilesystemStorage } from './filesystem-storage.ts'
import { openS3Storage, type S3Programs } from './s3-storage.ts'
import type { Storage, StorageKind } from './storage.ts'

/** @param programs may be left out where no workload keeps anything in a bucket */
export async function openStorage(kind: StorageKind, folder: string, programs: S3Programs | undefined): Promise<Storage> {
  if (kind.kind === 'filesystem') return openFilesystemStorage(folder)
  if (!programs) throw new Error('a bucket needs MinIO')
  return openS3Storage(programs, folder, kind.latencyMs)
}
