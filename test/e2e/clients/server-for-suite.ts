import { atTheEnd } from '../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A registry of the suite's own, and a folder for what its client keeps. To be called in `beforeAll`. */
export async function serverForSuite(): Promise<{ server: RegistryServer; folder: string }> {
  const folder = await temporaryFolder()
  const server = await startServer({ folder })
  atTheEnd(() => server.stop())
  return { server, folder }
}
