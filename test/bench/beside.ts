import { freePort } from '../support/free-port.ts'
import { startProcess } from '../support/start-process.ts'

/** What stands between two others while they are measured. */
export interface Beside {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** One of the load generator's own servers: Go, so that it costs little beside what is measured. @param ready whether it answers at its URL */
export async function startBeside(loadgen: string, args: readonly string[], ready: (url: string) => Promise<boolean>): Promise<Beside> {
  const [server = '', ...flags] = args
  const listen = `127.0.0.1:${await freePort()}`
  const url = `http://${listen}`
  const { pid, stop } = await startProcess({ file: loadgen, args: [server, '-listen', listen, ...flags], env: {}, ready: () => ready(url) })
  return { url, pid, stop }
}
