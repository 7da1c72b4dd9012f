import type { S3Server, S3ServerOptions } from '../../support/s3-server.ts'
import { startVersityServer } from '../../support/start-versity-server.ts'
import { atTheEnd } from './at-the-end.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { tool } from './tool.ts'

/** What `suite` asks for. */
export const versity = await tool('versitygw')

/** Versity's gateway, the suite's own, which ends with the tests of the file. To be called in `beforeAll`. */
export async function startVersity(options: Pick<S3ServerOptions, 'region'> = {}): Promise<S3Server> {
  const server = await startVersityServer({ ...options, binary: versity.path, folder: await temporaryFolder() })
  atTheEnd(() => server.stop())
  return server
}
