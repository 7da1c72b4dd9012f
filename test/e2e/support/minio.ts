import type { S3Server } from '../../support/s3-server.ts'
import { type MinioOptions, startMinioServer } from '../../support/start-minio-server.ts'
import { atTheEnd } from './at-the-end.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { tool } from './tool.ts'

/** What `suite` asks for. */
export const minio = await tool('minio')

/** A MinIO of the suite's own, which ends with the tests of the file. To be called in `beforeAll`, or with the folder of one that was stopped. */
export async function startMinio({
  folder,
  ...options
}: Omit<MinioOptions, 'binary' | 'folder'> & { folder?: string } = {}): Promise<S3Server> {
  const server = await startMinioServer({ ...options, binary: minio.path, folder: folder ?? (await temporaryFolder()) })
  atTheEnd(() => server.stop())
  return server
}
