import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault.ts'
import { passOn } from './pass-on.ts'
import { noFaults, type Plan } from './plan.ts'
import type { S3Operation } from './s3-operation.ts'
import { readS3Request, type S3Request } from './s3-request.ts'

export interface FaultProxyOptions {
  /** The store: `http://host:port`. */
  to: string
  /** Nothing happens to anything, unless told. */
  plan?: Plan
  /** Where buckets are names below a domain (virtual-hosted addressing). */
  domain?: string
}

/** Stands before an S3 server, counts what passes, and lets happen to it what the plan says. */
export interface FaultProxy {
  readonly endpoint: string
  /** May be replaced at any time. */
  plan: Plan
  /** Added to each request before the store hears of it; 0 at first. May be replaced at any time. */
  latencyMs: number
  /** Everything that was asked since the start, or since `forget`. */
  readonly requests: readonly S3Request[]
  counts(): Partial<Record<S3Operation, number>>
  /** How many requests were hit, by kind: a test that needs faults can tell whether it had any. */
  hits(): Partial<Record<Fault['kind'], number>>
  forget(): void
  /** Breaks every connection, and takes no more. */
  goAway(): Promise<void>
  /** Listens again, at the same address. */
  comeBack(): Promise<void>
  stop(): Promise<void>
}

export async function startFaultProxy({ to, plan = noFaults, domain }: FaultProxyOptions): Promise<FaultProxy> {
  const store = { url: new URL(to), agent: new Agent({ keepAlive: true }) }
  const requests: S3Request[] = []
  const faults: Fault[] = []

  const server = createServer(async (request, response) => {
    const { socket } = request
    const seen = readS3Request(request, domain)
    requests.push(seen)
    const fault = proxy.plan(seen)
    if (fault) faults.push(fault)
    try {
      if (proxy.latencyMs > 0) await sleep(proxy.latencyMs)
      await passOn(request, response, { fault, socket }, store)
    } catch {
      // What broke towards the store, or was broken on purpose, breaks towards the client.
      socket.destroy()
    }
  })
  // A connection that waits longer than the client's idea of it would break by itself, and nobody would know why.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0

  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const goAway = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(0)

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    plan,
    latencyMs: 0,
    requests,
    counts: () => tally(requests.map(({ operation }) => operation)),
    hits: () => tally(faults.map(({ kind }) => kind)),
    forget() {
      requests.length = 0
      faults.length = 0
    },
    goAway,
    async comeBack() {
      await listen(port)
    },
    async stop() {
      if (server.listening) await goAway()
      store.agent.destroy()
    },
  }
  return proxy
}

function tally<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const counts: Partial<Record<Name, number>> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
