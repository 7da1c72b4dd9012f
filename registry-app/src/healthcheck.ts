import { parseAddress } from './config/address.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'
import { request } from './http/node-http.ts'

/** `healthcheck`: asks `/healthz` of the registry that this configuration describes, for images that have no curl. Sets the exit code. */
export async function healthcheck(source: ConfigSource): Promise<void> {
  const { http } = loadFrom(source).config
  const [address] = parseAddress(http.addr, http.net).listen
  if (!address) throw new Error('http.addr names no address')
  const target = 'path' in address ? { socketPath: address.path } : { host: reachable(address.host), port: address.port }
  const outcome = await askedOf({ ...target, path: '/healthz', timeout: 4000 })
  process.stdout.write(`${outcome}\n`)
  process.exitCode = outcome === healthy ? 0 : 1
}

/** What listens everywhere is reached on the loopback. */
const reachable = (host: string | undefined) => (host === undefined || host === '0.0.0.0' || host === '::' ? 'localhost' : host)

const healthy = 'healthy'

/** What became of it, in words: that nobody answers is what is asked here, and no failure of this command. */
function askedOf(options: object): Promise<string> {
  return new Promise(resolve => {
    const asked = request(options, ({ statusCode }) => {
      resolve(statusCode === 200 ? healthy : `/healthz answered ${statusCode}`)
      asked.destroy()
    })
    asked.once('timeout', () => asked.destroy(new Error('no answer within 4 s')))
    asked.once('error', error => resolve(`/healthz cannot be reached: ${error.message}`))
    asked.end()
  })
}
