import type { IncomingMessage } from 'node:http'

/** What concerns one connection alone: https://www.rfc-editor.org/rfc/rfc9110#name-connection */
const ofTheConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade'])

/**
 * The headers of a message as they go on: in their order and spelling, `Host` as well, since signatures cover it.
 *
 * @param length what is announced as the body's in place of what was
 */
export function sentOn({ rawHeaders, method, headers }: IncomingMessage, length?: number): string[] {
  const kept: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const shorter = length !== undefined && name.toLowerCase() === 'content-length'
    if (!ofTheConnection.has(name.toLowerCase())) kept.push(name, shorter ? String(length) : value)
  }
  // Node.js would take the missing length for one that it cannot know, and send chunks.
  if (method && method !== 'GET' && method !== 'HEAD' && !announcesBody(headers)) kept.push('Content-Length', '0')
  return kept
}

/** A request's length, or an answer's; `undefined`: it is not known before the end. */
export function lengthOf({ headers, method, statusCode }: IncomingMessage): number | undefined {
  const length = headers['content-length']
  if (length !== undefined) return Number(length)
  return headers['transfer-encoding'] || (!method && statusCode !== 204 && statusCode !== 304) ? undefined : 0
}

const announcesBody = (headers: IncomingMessage['headers']) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
