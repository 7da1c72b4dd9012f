import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { onTestFinished } from 'vitest'
import type { ApiSettings } from '../../../../registry-app/src/api/context.ts'
import { type LocateOptions, locator } from '../../../../registry-app/src/http/locate.ts'
import { createPipeline, type PipelineOptions } from '../../../../registry-app/src/http/pipeline.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../../../registry-app/src/http/server.ts'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import type { RegistryOptions } from '../../../../registry-app/src/registry/registry.ts'
import { createSeal } from '../../../../registry-app/src/storage/seal.ts'
import { counter } from '../../support/counter.ts'
import { type Trial, trial } from '../../support/registry.ts'

export interface Call {
  readonly method?: string
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  /** Sent with its Content-Length, unless the headers say `transfer-encoding: chunked`. */
  readonly body?: Uint8Array | string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface TrialServer extends Trial {
  readonly server: RunningServer
  readonly port: number
  /** What was logged so far, a line each. */
  log(): string[]
  call(call: Call): Promise<Answer>
}

export interface TrialServerOptions {
  registry?: Partial<RegistryOptions>
  settings?: Partial<ApiSettings>
  locate?: Partial<LocateOptions>
  pipeline?: Partial<PipelineOptions>
  server?: Partial<ServerOptions>
}

/** The whole upper half over a storage in memory, on a port that the system chose, until the test is over. */
export async function trialServer(options: TrialServerOptions = {}): Promise<TrialServer> {
  const over = trial(options.registry)
  const lines: string[] = []
  const log = createLog({ level: 'debug', formatter: 'json', fields: {}, now: () => new Date(), write: text => lines.push(text) })
  const prefix = options.locate?.prefix ?? ''
  const handle = createPipeline({
    registry: over.registry,
    settings: {
      deleteEnabled: true,
      readOnly: false,
      catalogMaximum: 1000,
      tagsMaximum: 1000,
      places: createSeal('a secret', 'catalog places'),
      locate: locator({ ...options.locate, prefix }),
      ...options.settings,
    },
    log,
    quiet: false,
    headers: {},
    prefix,
    bodyTimeout: 60_000,
    pages: new Map(),
    requestId: counter('request'),
    clock: () => performance.now(),
    ...options.pipeline,
  })
  const server = await startServer({
    handle,
    listen: [{ port: 0, host: '127.0.0.1' }],
    timeouts: { headers: 60_000, idle: 60_000 },
    maxConnections: 100,
    maxHeaderSize: 16_384,
    log,
    clock: () => performance.now(),
    ...options.server,
  })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(async () => {
    agent.destroy()
    await server.stop(0)
  })
  const port = Number(URL.parse(server.addresses[0] ?? '')?.port)
  const flushed = () => {
    log.flush()
    return lines.join('').split('\n').slice(0, -1)
  }
  return { ...over, server, port, log: flushed, call: call => send(call, { host: '127.0.0.1', port, agent }) }
}

/** One request by Node's client. */
export function send({ method = 'GET', path, headers = {}, body }: Call, to: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) }
    const asked = request({ ...to, method, path, headers: { ...length, ...headers } }, response => {
      const pieces: Buffer[] = []
      response.on('data', piece => pieces.push(piece))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }))
    })
    asked.once('error', reject)
    asked.end(body)
  })
}
