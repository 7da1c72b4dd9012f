import { answersOk } from '../../../support/answers-ok.ts'
import { freePort } from '../../../support/free-port.ts'
import { startProcess } from '../../../support/start-process.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { pythonTool } from '../../support/python-tool.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What `suite` asks for. */
export const moto = await pythonTool('moto', 'moto_server')

/** The account that moto is. */
export const account = '123456789012'

/** A moto of the suite's own, with nothing in it, which ends with the tests of the file. To be called in `beforeAll`. @returns its address */
export async function startMoto(): Promise<string> {
  const port = await freePort()
  const { stop } = await startProcess({
    file: moto.path,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    env: { HOME: await temporaryFolder() },
    ready: () => answersOk(`http://127.0.0.1:${port}/moto-api/`),
    patience: 90_000,
  })
  atTheEnd(stop)
  // By this name it knows its own addresses again, and by 127.0.0.1 it does not.
  return `http://localhost:${port}`
}
