import { once } from 'node:events'
import { type Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { answerWithS3Error } from './answer-with-s3-error.ts'
import { breakAt, carry } from './carry.ts'
import { sentOn } from './headers.ts'
import { strike, type Target } from './strike.ts'

export interface Store {
  readonly url: URL
  readonly agent: Agent
}

/**
 * Passes a request on to the store and the store's answer back, as far as its fault allows.
 *
 * @throws where either connection broke, by the fault or by itself
 */
export async function passOn(request: IncomingMessage, response: ServerResponse, target: Target, store: Store): Promise<void> {
  const { fault } = target
  if (fault?.kind === 'answer') return answerWithS3Error(response, fault)
  await strike(target, 'request')

  const onward = send({
    agent: store.agent,
    hostname: store.url.hostname,
    port: store.url.port,
    method: request.method ?? 'GET',
    path: (fault?.kind === 'ask' ? fault.url : request.url) ?? '/',
    headers: sentOn(request, announcedAs(request, target, 'request-body')),
    setHost: false,
  })
  onward.on('error', () => target.socket.destroy())
  // Where the answer came before the body had gone, the body still goes: its connection is to serve again.
  response.once('close', () => response.writableFinished || onward.destroy())
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>
  // A store may answer before it has the body. Where the body breaks, so does the whole, and `answered` tells of it.
  carry(request, onward, target, 'request-body').catch(error => onward.destroy(error))
  const [answer] = await answered
  await strike(target, 'answer')

  response.sendDate = false
  response.writeHead(answer.statusCode ?? 0, answer.statusMessage, sentOn(answer, announcedAs(answer, target, 'answer-body')))
  await carry(answer, response, target, 'answer-body')
}

function announcedAs(message: IncomingMessage, target: Target, stage: 'request-body' | 'answer-body'): number | undefined {
  return target.fault?.kind === 'truncate' && target.fault.announced ? breakAt(message, target, stage) : undefined
}
