import type { Health } from '../ops/health.ts'
import type { ServerOptions } from './server.ts'

export interface DebugPagesOptions {
  health: Health
  /** `http.debug.prometheus`, where it is enabled. */
  metrics?: { readonly path: string; readonly text: () => string } | undefined
}

interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

/**
 * What operators are served at `http.debug.addr`: Distribution's `/debug/health`, and metrics. Never its `/debug/vars`, which shows the
 * configuration with the secrets in it.
 */
export function debugPages({ health, metrics }: DebugPagesOptions): ServerOptions['handle'] {
  const pages = new Map<string, () => Page>([['/debug/health', () => healthPage(health)]])
  if (metrics) pages.set(metrics.path, () => ({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: metrics.text() }))
  const others = `here are ${[...pages.keys()].join(' and ')}`

  const answer = (method: string | undefined, path: string): Page => {
    const page = pages.get(path)
    if (!page) return plain(404, path.startsWith('/debug/pprof') ? noProfiles : others)
    return method === 'GET' || method === 'HEAD' ? page() : plain(405, 'ask by GET')
  }

  return async ({ method, url = '/' }, response) => {
    const { status, type, body } = answer(method, url.replace(/\?.*$/, ''))
    response.writeHead(status, ['content-type', type, 'content-length', String(Buffer.byteLength(body)), 'cache-control', 'no-store'])
    response.end(method === 'HEAD' ? undefined : body)
  }
}

/** What fails, by its name; nothing, where all is well. */
function healthPage({ watched }: Health): Page {
  const failing = watched.filter(({ failure }) => failure !== undefined).map(({ name, failure }) => [name, failure])
  return { status: failing.length === 0 ? 200 : 503, type: 'application/json', body: JSON.stringify(Object.fromEntries(failing)) }
}

const plain = (status: number, sentence: string): Page => ({ status, type: 'text/plain; charset=utf-8', body: `${sentence}\n` })

const noProfiles =
  'Node.js has no pprof: start the registry by `node --cpu-prof` or `node --inspect=127.0.0.1:9229`, and open what that gives in the developer tools of Chrome'
