import { z } from 'zod'
import { bad, good, skipped } from '../../registry-app/src/doctor/probe.ts'
import type { Check } from './check.ts'
import { askEngine } from './engine-api.ts'

const version = z.looseObject({ Version: z.string() })
const info = z.looseObject({ Swarm: z.looseObject({ ControlAvailable: z.boolean().optional() }).optional() })

export const engine: Check = {
  name: 'Docker engine',
  async ask({ host }, { signal }) {
    if (host.instance) return skipped('the deployment of the data stack makes the host, and waits for its engine')
    try {
      const answer = version.parse(await askEngine(host, '/version', signal)).Version
      if (host.swarm && !info.parse(await askEngine(host, '/info', signal)).Swarm?.ControlAvailable) {
        return bad(`that at ${host.uri} manages no Swarm: docker swarm init makes it do so, or host.uri must name one that does`)
      }
      return good(`version ${answer} answers at ${host.uri}`)
    } catch (cause) {
      return bad(`none answers at ${host.uri}: ${cause instanceof Error ? cause.message : cause}; ${advice(host.uri)}`)
    }
  },
}

function advice(uri: string): string {
  if (uri.startsWith('ssh:')) return 'ssh must get in without a question, and docker must be there'
  if (uri.startsWith('tcp:')) return 'host.tlsFolder must have ca.pem, cert.pem and key.pem that it trusts'
  return 'is it started, and may you use its socket?'
}
