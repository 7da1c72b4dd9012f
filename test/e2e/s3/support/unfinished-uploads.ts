import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { S3Server } from '../../../support/s3-server.ts'

/** How many uploads in parts a MinIO keeps that were neither completed nor aborted. It lists them by their exact keys alone, so its folder is looked at. */
export async function unfinishedUploads({ folder }: S3Server): Promise<number> {
  const place = join(folder, '.minio.sys', 'multipart')
  const keys = await readdir(place).catch(() => [])
  const uploads = await Promise.all(keys.map(key => readdir(join(place, key)).catch(() => [])))
  return uploads.flat().length
}
