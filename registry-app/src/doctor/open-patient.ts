import { endpointOf } from '../s3/endpoint.ts'
import type { Facts } from './facts.ts'
import { openStore, type Store } from './open-store.ts'
import { bestWay, type Patient } from './patient.ts'
import type { Surroundings } from './surroundings.ts'
import type { Target } from './target.ts'
import { type Traces, tracesBelow } from './traces.ts'
import { openWeb } from './web.ts'

export interface Examination {
  readonly patient: Patient
  readonly store: Store
  readonly traces: Traces
  close(): Promise<void>
}

/** @throws TypeError if the endpoint is no address of a server */
export function openPatient(target: Target, surroundings: Surroundings, facts: () => Facts): Examination {
  const { nonce, signal, now } = surroundings
  const { root, folder = root === '' ? '' : `${root}/` } = target
  const traces = tracesBelow(`${folder}bucket-registry-doctor-${nonce()}/`)
  const store = openStore(target, surroundings)
  const web = openWeb(target, signal)
  const patient: Patient = {
    target,
    get facts() {
      return facts()
    },
    origin: new URL(endpointOf({ ...target, addressing: 'path' }).origin),
    web,
    now,
    signal,
    bucket: way => store.by({ ...bestWay({ target, facts: facts() }), ...way }),
    prefix: traces.prefix,
    key: traces.key,
    remember: traces.remember,
  }
  return {
    patient,
    store,
    traces,
    async close() {
      await Promise.all([store.close(), web.close()])
    },
  }
}
