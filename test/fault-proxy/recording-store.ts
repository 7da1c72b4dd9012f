import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Heard {
  readonly line: string
  readonly rawHeaders: readonly string[]
  /** What came of the body, until now. */
  body: Buffer
  /** Whether all of the announced body came. */
  whole: boolean
}

export interface RecordingStore {
  readonly url: string
  readonly heard: readonly Heard[]
  stop(): Promise<void>
}

/** A server that remembers what it was sent, and answers everything with the same body. */
export async function startRecordingStore(answer: Buffer): Promise<RecordingStore> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const entry: Heard = { line: `${request.method} ${request.url}`, rawHeaders: request.rawHeaders, body: Buffer.alloc(0), whole: false }
    heard.push(entry)
    request.on('data', piece => {
      entry.body = Buffer.concat([entry.body, piece])
    })
    request.on('end', () => {
      entry.whole = true
      response.writeHead(200, ['ETag', '"etag"', 'X-Twice', 'a', 'X-Twice', 'b', 'Content-Length', String(answer.length)])
      response.end(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
