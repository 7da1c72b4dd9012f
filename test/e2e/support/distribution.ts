import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { answersOk } from '../../support/answers-ok.ts'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from '../../support/start-process.ts'
import { atTheEnd } from './at-the-end.ts'
import { type RunOptions, run } from './run.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { tool } from './tool.ts'

/** What `suite` asks for: Distribution, whose program is called `registry`. */
export const distribution = await tool('registry')

export interface Distribution {
  /** `127.0.0.1:<port>`, as it stands in the name of an image. */
  host: string
  url: string
  stop(): Promise<void>
  /** `registry garbage-collect …` on the same configuration. @returns what it says */
  collect(...options: string[]): Promise<string>
}

/** It would look for a collector of traces. */
const env = { OTEL_TRACES_EXPORTER: 'none' }

/** Distribution on a storage, which ends with the tests of the file. To be called in `beforeAll`. @param more sections of its config.yml */
export async function startDistribution(storage: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<Distribution> {
  const folder = await temporaryFolder()
  const file = join(folder, 'config.yml')
  const host = `127.0.0.1:${await freePort()}`
  await writeFile(file, stringify({ version: 0.1, log: { level: 'warn' }, storage, http: { addr: host, secret: 'of-this-test' }, ...more }))
  const { stop } = await startProcess({
    file: distribution.path,
    args: ['serve', file],
    env: { HOME: folder, ...env },
    ready: () => answersOk(`http://${host}/`),
  })
  atTheEnd(stop)
  const options: RunOptions = { env }
  return { host, url: `http://${host}`, stop, collect: (...more) => run(distribution.path, ['garbage-collect', ...more, file], options) }
}
