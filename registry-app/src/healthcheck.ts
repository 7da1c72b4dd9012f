import { parseAddress } from './config/address.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'
import { request } from './http/node-http.ts'

/** `healthcheck`: asks `/healthz` of the registry that this configuration describes, for images that have no curl. Sets the exit code. */
export async function healthcheck(source: ConfigSource): Promise<void> {
  const { http } = loadFrom(source).config
  const [address] = parseAddress(http.addr, http.net).listen
  if (!address) throw new Error('http.addr names no address')
  const target = 'path' in address ? { socketPath: address.path } : { host: reachable(address.host), port: address.port }
  const status = await statusOf({ ...target, path: '/healthz', timeout: 4000 })
  process.stdout.write(`${status === 200 ? 'healthy' : `/healthz answered ${status}`}\n`)
  process.exitCode = status === 200 ? 0 : 1
}

/** What listens everywhere is reached on the loopback. */
const reachable = (host: string | undefined) => (host === undefined || host === '0.0.0.0' || host === '::' ? 'localhost' : host)

function statusOf(options: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(options, response => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.once('timeout', () => asked.destroy(new Error('/healthz did not answer within 4 s')))
    asked.once('error', error => reject(new Error(`/healthz cannot be reached: ${error.message}`, { cause: error })))
    asked.end()
  })
}
