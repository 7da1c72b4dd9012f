import { createServer } from 'node:net'
import { z } from 'zod'
import { bad, good, skipped } from '../doctor/probe.ts'
import { reach } from '../environment/reach.ts'
import type { Check } from './check.ts'
import { askEngine } from './engine-api.ts'

const containers = z.array(z.looseObject({ Ports: z.array(z.looseObject({ PublicPort: z.number().optional() })).nullish() }))

export const port: Check = {
  name: 'port',
  async ask(environment, { signal }) {
    const { name } = environment
    const { uri } = environment.host
    const port = reach(environment).port?.number
    if (!uri.startsWith('unix://')) return skipped('the engine is not on this machine')
    if (port === undefined) return skipped('none is published')
    const problem = await listenOnce(port)
    if (problem === undefined) return good(`${port} is free`)
    const filters = encodeURIComponent(JSON.stringify({ label: [`bucket-registry.environment=${name}`] }))
    const own = containers.safeParse(await askEngine(uri, `/containers/json?filters=${filters}`, signal).catch(() => []))
    if (own.data?.some(({ Ports }) => Ports?.some(({ PublicPort }) => PublicPort === port)))
      return good(`${port} is this environment's own already`)
    return bad(`${port} cannot be had: ${problem}`)
  },
}

/** @returns why it does not work */
function listenOnce(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve('code' in error && error.code === 'EADDRINUSE' ? 'something listens there' : error.message))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
