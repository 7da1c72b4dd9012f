import { expect } from 'vitest'
import type { EventReceiver } from '../../support/event-receiver.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { sha256 } from '../crash/image.ts'

export interface Push {
  readonly digest: string
  /** When it was acknowledged. */
  readonly at: number
}

/** Pushes blobs that never come twice, one after the other. */
export function pusher() {
  const random = seededRandom(11)
  return async ({ url }: { url: string }, count: number): Promise<Push[]> => {
    const pushes: Push[] = []
    for (let done = 0; done < count; done += 1) {
      const body = random.bytes(100)
      const digest = sha256(body)
      const answer = await fetch(`${url}/v2/team/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body })
      expect(answer.status).toBe(201)
      pushes.push({ digest, at: Date.now() })
    }
    return pushes
  }
}

/** What was told, in order, each once: the same event may come twice, under one id. */
export function told(receiver: EventReceiver): unknown[] {
  const once = new Map(receiver.events().map(event => [event.id, event.target.digest]))
  return [...once.values()]
}

export const digests = (pushes: readonly Push[]) => pushes.map(({ digest }) => digest)
