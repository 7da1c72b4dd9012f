import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface SlowUpload {
  /** Sends the rest after so many milliseconds. @returns the answer's status */
  finish(after: number): Promise<number>
}

/** A blob whose first half has arrived when this returns. */
export async function slowUpload(registry: string, repository: string): Promise<SlowUpload> {
  const content = randomBytes(1024 * 1024)
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const session = await fetch(`${registry}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(session.headers.get('location') ?? '', registry)
  location.searchParams.set('digest', digest)

  const put = request(location, { method: 'PUT', headers: { 'content-length': content.length } })
  const answer = once(put, 'response') as Promise<[IncomingMessage]>
  // Heard by `finish`; whoever never finishes lets the connection break.
  answer.catch(() => {})
  await new Promise(sent => put.write(content.subarray(0, content.length / 2), sent))
  return {
    async finish(after) {
      await sleep(after)
      put.end(content.subarray(content.length / 2))
      const [{ statusCode = 0 }] = await answer
      return statusCode
    },
  }
}
