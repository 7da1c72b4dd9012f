import { Readable, Writable } from 'node:stream'
import { locator } from '../../../../registry-app/src/http/locate.ts'
import type { HttpRequest, HttpResponse } from '../../../../registry-app/src/http/messages.ts'
import { createPipeline, type PipelineOptions } from '../../../../registry-app/src/http/pipeline.ts'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import { createSeal } from '../../../../registry-app/src/storage/seal.ts'
import { counter } from '../../support/counter.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The whole pipeline with no socket under it: thousands of requests take a second. */
export function inProcess(options: Pick<PipelineOptions, 'registry'> & Partial<PipelineOptions>) {
  const lines: string[] = []
  const log = createLog({ level: 'info', formatter: 'json', fields: {}, now: () => new Date(0), write: text => lines.push(text) })
  const handle = createPipeline({
    settings: {
      deleteEnabled: true,
      readOnly: false,
      catalogMaximum: 1000,
      tagsMaximum: 1000,
      places: createSeal('a secret', 'catalog places'),
      locate: locator({ prefix: '' }),
    },
    log,
    quiet: true,
    headers: {},
    prefix: '',
    bodyTimeout: 60_000,
    pages: new Map(),
    requestId: counter('request'),
    clock: () => performance.now(),
    ...options,
  })
  const logged = () => {
    log.flush()
    return lines.join('')
  }
  return { ask: (asked: Asked) => answerOf(handle, asked), logged }
}

async function answerOf(handle: ReturnType<typeof createPipeline>, { method, path, headers = {}, body }: Asked): Promise<Answered> {
  const content = body === undefined ? undefined : Buffer.from(body)
  const sent = { host: 'registry.test', ...headers, ...(content && { 'content-length': String(content.length) }) }
  const request: HttpRequest = Object.assign(Readable.from(content ? [content] : []), {
    method,
    url: path,
    headers: sent,
    rawHeaders: Object.entries(sent).flat(),
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    complete: true,
    socket: { remoteAddress: '192.0.2.1', remotePort: 4711 },
  })
  const pieces: Buffer[] = []
  const answer = { status: 0, headers: {} as Record<string, string> }
  const writable = new Writable({
    write(piece, _, done) {
      pieces.push(Buffer.from(piece))
      done()
    },
  })
  const response: HttpResponse = Object.assign(writable, {
    statusCode: 0,
    req: request,
    socket: {},
    headersSent: false,
    writeHead(status: number, pairs: string[]) {
      answer.status = status
      for (let at = 0; at < pairs.length; at += 2) answer.headers[pairs[at] ?? ''] = pairs[at + 1] ?? ''
    },
    setHeader() {},
    flushHeaders() {},
    writeContinue() {},
    setTimeout() {},
  })
  const ended = new Promise<void>((resolve, reject) => response.once('finish', resolve).once('error', reject))
  await handle(request, response)
  await ended
  return { ...answer, body: Buffer.concat(pieces).toString() }
}
