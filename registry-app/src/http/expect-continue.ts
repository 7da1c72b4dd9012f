import type { HttpRequest, HttpResponse } from './messages.ts'

/**
 * Clients that wait until they are told to send their body (`Expect: 100-continue`; RFC 9110, section 10.1.1). They are told when somebody wants it,
 * so that a client which is refused sends nothing.
 */
const waiting = new WeakSet<HttpRequest>()

export const waitToBeTold = (request: HttpRequest) => void waiting.add(request)

/** Whether the body of this request has not been asked for, and may never come. */
export const stillWaits = (request: HttpRequest) => request.headers.expect !== undefined && waiting.has(request)

export function tellToGoOn(request: HttpRequest, response: HttpResponse): void {
  if (!stillWaits(request)) return
  waiting.delete(request)
  response.writeContinue()
}
