import type { AcmeAnswer, AcmeRequest } from './exchange.ts'

type AcmeClient = typeof import('acme-client')
type Adapter = Extract<AcmeClient['axios']['defaults']['adapter'], (...all: never[]) => unknown>

/** acme-client, which comes only where it is asked for, and speaks through `exchange`. One for the process: what it sends with is its module's. */
export async function loadLibrary(exchange: (request: AcmeRequest) => Promise<AcmeAnswer>): Promise<AcmeClient> {
  const library: AcmeClient = await import('acme-client')
  const adapter: Adapter = async config => {
    const { url = '', method = 'get', headers, data } = config
    const {
      status,
      statusText,
      headers: answered,
      data: body,
    } = await exchange({
      url,
      method: method.toUpperCase(),
      headers: Object.fromEntries(Object.entries(headers.toJSON()).map(([name, value]) => [name, String(value)])),
      body: typeof data === 'string' ? data : undefined,
    })
    return { data: body, status, statusText, headers: answered, config }
  }
  library.axios.defaults.adapter = adapter
  return library
}
