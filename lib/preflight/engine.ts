import { z } from 'zod'
import { bad, good, skipped } from '../doctor/probe.ts'
import type { Check } from './check.ts'
import { askEngine } from './engine-api.ts'

const version = z.looseObject({ Version: z.string() })

export const engine: Check = {
  name: 'Docker engine',
  async ask({ host }, { signal }) {
    try {
      const answer = await askEngine(host.uri, '/version', signal)
      if (answer === undefined) return skipped(`${host.uri} is not on this machine: docker --host ${host.uri} version asks it`)
      return good(`version ${version.parse(answer).Version} answers at ${host.uri}`)
    } catch (cause) {
      return bad(`none answers at ${host.uri}: ${cause instanceof Error ? cause.message : cause}`)
    }
  },
}
