import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/** One event as Distribution's envelopes have it, as far as tests look into it. */
export interface ReceivedEvent {
  id: string
  timestamp: string
  action: string
  target: Record<string, unknown>
  request: Record<string, unknown>
  actor: Record<string, unknown>
  source: Record<string, unknown>
}

/** What it does with a request: a status, or nothing at all, or a broken connection. */
export type Mood = number | 'hang' | 'reset'

export interface EventReceiver {
  readonly url: string
  readonly port: number
  /** Each body that it answered with 2xx, in order. */
  accepted(): string[]
  /** Their events. */
  events(): ReceivedEvent[]
  /** The bodies of all requests, whatever became of them. */
  attempts(): string[]
  /** How many requests came. */
  requests(): number
  /** The headers of the last request. */
  headers(): IncomingHttpHeaders
  /** For the next requests, one each; then it accepts again. */
  next(...moods: Mood[]): void
  /** For all requests from now on. */
  mood(mood: Mood): void
  stop(): Promise<void>
}

/** A real receiver of notifications that fails as it is told. @param port 0 lets the system choose @param host where it listens */
export async function startEventReceiver(port = 0, host = '127.0.0.1'): Promise<EventReceiver> {
  const accepted: string[] = []
  const attempts: string[] = []
  let always: Mood = 200
  let moods: Mood[] = []
  let requests = 0
  let headers: IncomingHttpHeaders = {}

  const answer = (mood: Mood, body: string, response: ServerResponse) => {
    if (mood === 'hang') return
    if (mood === 'reset') return void response.socket?.resetAndDestroy()
    if (mood < 300) accepted.push(body)
    response.writeHead(mood, mood >= 300 && mood < 400 ? { location: 'http://127.0.0.1:1/elsewhere' } : {}).end('noted')
  }
  const server = createServer((request, response) => {
    requests += 1
    headers = request.headers
    let body = ''
    request.setEncoding('utf8')
    request.on('data', piece => {
      body += piece
    })
    request.on('end', () => {
      attempts.push(body)
      answer(moods.shift() ?? always, body, response)
    })
    request.on('error', () => {})
  })
  server.listen({ port, host })
  await once(server, 'listening')
  const address = server.address()
  const chosen = typeof address === 'object' && address ? address.port : 0

  return {
    url: `http://${host}:${chosen}/events`,
    port: chosen,
    accepted: () => accepted,
    events: () => accepted.flatMap(body => JSON.parse(body).events),
    attempts: () => attempts,
    requests: () => requests,
    headers: () => headers,
    next: (...given) => {
      moods = given
    },
    mood: given => {
      always = given
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
