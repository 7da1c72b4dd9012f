import { z } from 'zod'
import { bad, good, skipped } from '../../registry-app/src/doctor/probe.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import type { Check } from './check.ts'
import { askEngine } from './engine-api.ts'
import { listenOnce } from './listen-once.ts'

const containers = z.array(
  z.looseObject({
    Names: z.array(z.string()).default([]),
    Labels: z.record(z.string(), z.string()).nullish(),
    Ports: z.array(z.looseObject({ PublicPort: z.number().optional() })).nullish(),
  }),
)

/** Every port that the deployment publishes on its host. */
export const ports: Check = {
  name: 'ports',
  async ask(environment, { signal }) {
    const { host } = environment
    const wanted = publishedPorts(environment)
    if (host.instance) return skipped('the host is new')
    if (wanted.length === 0) return skipped('none is published')
    const holders = await holdersOf(environment, wanted, signal)
    const others = wanted.filter(port => holders.get(port)?.own === false)
    if (others.length > 0) {
      return bad(
        others.map(port => `${port} is published by the container ${holders.get(port)?.name}: stop it, or choose another`).join('; '),
      )
    }
    const unheld = wanted.filter(port => !holders.has(port))
    const own = wanted.length > unheld.length ? `${list(wanted.filter(port => holders.has(port)))} this environment's own already` : ''
    if (!host.uri.startsWith('unix://')) {
      return good(own || `no container publishes ${wanted.join(' or ')} there; other programs are not seen from here`)
    }
    const address = reach(environment).port?.loopback ? '127.0.0.1' : '0.0.0.0'
    const found = await Promise.all(unheld.map(async port => ({ port, problem: await listenOnce(port, address) })))
    const taken = found.filter(({ problem }) => problem !== undefined)
    if (taken.length > 0) {
      return bad(`${taken.map(({ port, problem }) => `${port} cannot be had: ${problem}`).join('; ')}; stop it, or choose another`)
    }
    return good([unheld.length > 0 ? `${list(unheld)} free` : '', own].filter(text => text !== '').join(', '))
  },
}

export function publishedPorts(environment: CdktfEnvironment): readonly number[] {
  const { port, redirectPort } = reach(environment)
  return [port?.number, redirectPort].filter(each => each !== undefined)
}

/** Who of the engine's containers has them. An engine that does not answer has been told of already. */
async function holdersOf({ name, host }: CdktfEnvironment, wanted: readonly number[], signal: AbortSignal) {
  const answer = containers.safeParse(await askEngine(host, '/containers/json', signal).catch(() => []))
  const held = (answer.data ?? []).flatMap(({ Names, Labels, Ports }) =>
    (Ports ?? []).flatMap(({ PublicPort: port }) =>
      port !== undefined && wanted.includes(port)
        ? [[port, { name: Names[0]?.replace(/^\//, '') ?? '?', own: Labels?.['bucket-registry.environment'] === name }] as const]
        : [],
    ),
  )
  return new Map(held)
}

const list = (numbers: readonly number[]) => `${numbers.join(' and ')} ${numbers.length === 1 ? 'is' : 'are'}`
