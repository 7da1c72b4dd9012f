import { join } from 'node:path'
import { answersOk } from '../../../support/answers-ok.ts'
import { freePort } from '../../../support/free-port.ts'
import { startProcess } from '../../../support/start-process.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { pythonTool } from '../../support/python-tool.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What `suite` asks for. */
export const localstack = await pythonTool('localstack', 'python')

/** LocalStack's community core, the suite's own, which ends with the tests of the file. To be called in `beforeAll`. @returns its address */
export async function startLocalstack(): Promise<string> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const { stop } = await startProcess({
    file: localstack.path,
    args: ['-m', 'localstack.runtime.main'],
    env: {
      HOME: folder,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      LOCALSTACK_VOLUME_DIR: join(folder, 'volume'),
      // It would ask its maker.
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DISABLE_EVENTS: '1',
      CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: '1',
    },
    ready: () => answersOk(`http://127.0.0.1:${port}/_localstack/health`),
    patience: 90_000,
  })
  atTheEnd(stop)
  return `http://localhost:${port}`
}
