import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Stage } from './fault.ts'

/** A client's request that is to be hit. */
export interface Target {
  readonly fault: Fault | undefined
  /** The client's connection. */
  readonly socket: Socket
}

/** Resets or stalls where the request is to be hit at this stage. @throws where the request goes no further */
export async function strike({ fault, socket }: Target, stage: Stage): Promise<void> {
  if (!fault || !('at' in fault) || fault.at !== stage) return
  if (fault.kind === 'reset') reset(socket, stage)
  if (fault.kind === 'stall') await stall(socket, fault.ms)
}

export function reset(socket: Socket, stage: Stage): never {
  socket.resetAndDestroy()
  throw new Error(`reset at stage ${stage}`)
}

async function stall(socket: Socket, ms: number | undefined): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  const gone = socket.destroyed ? Promise.resolve() : once(socket, 'close', { signal })
  const waits = [gone, ...(ms === undefined ? [] : [sleep(ms, undefined, { signal })])]
  await Promise.race(waits)
  over.abort()
  await Promise.allSettled(waits)
  if (socket.destroyed) throw new Error('the client has gone')
}
