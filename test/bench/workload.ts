import type { Figure } from './figures.ts'
import type { Step } from './generator.ts'
import type { StorageKind } from './storage.ts'

export interface Workload {
  readonly id: string
  readonly title: string
  /** Where the registry keeps what it is sent. */
  readonly storage: StorageKind
  /** What the registry asks for with each request: a password, or a token that it has issued itself, which Distribution does not do. */
  readonly guarded?: Guard
  /** What must be there before: not measured, and done even when cold. */
  readonly prepare: readonly Step[]
  /** The same kind of requests before the clock starts: a registry that runs is measured, not one that begins. */
  readonly warm: readonly Step[]
  readonly measured: Step
  readonly figures: readonly Figure[]
  /** Its name where its speed is held against that of MinIO itself; only for pushes of the same layers. */
  readonly underCeiling?: string
  /** Held against another one of ours, by its id: at least so much of its rate, in the same rounds. */
  readonly besides?: { readonly id: string; readonly atLeast: number }
}

export type Guard = 'password' | 'token'

type Requests = Pick<Workload, 'title' | 'prepare' | 'warm' | 'measured'>

/** docker: HEAD, POST, PATCH of unknown length, PUT. put: HEAD, POST, PUT with the body, as containerd and crane. */
type Flow = 'docker' | 'put'

const MiB = 2 ** 20
const burst = ['-n', 32, '-size', 64 * MiB, '-c', 32] as const
const small = ['-n', 200, '-size', 4096, '-c', 8] as const

/** The layers of a push, and of what MinIO is given directly. */
export const layers = ['-n', 8, '-size', 64 * MiB, '-c', 2] as const

/** As many of other content. */
export const warmLayers = [...layers, '-seed', 1000] as const

const elsewhere = ['-repo', 'bench/warm'] as const

export const pushOfLayers = (flow: Flow): Requests => ({
  title: `push 8 × 64 MiB, 2 at a time (${flow})`,
  prepare: [],
  warm: [['push', ...warmLayers, '-flow', flow, ...elsewhere]],
  measured: ['push', ...layers, '-flow', flow],
})

export const pull: Requests = {
  title: 'pull 8 × 64 MiB four times, 2 at a time',
  prepare: [['push', ...layers, '-flow', 'put']],
  warm: [['pull', ...layers, '-verify']],
  measured: ['pull', ...layers, '-rounds', 4],
}

export const pushOfSmall: Requests = {
  title: 'push 200 × 4 KiB, 8 at a time (docker)',
  prepare: [],
  warm: [['push', ...small, ...elsewhere, '-seed', 1000]],
  measured: ['push', ...small],
}

export const manifest: Requests = {
  title: 'GET a manifest by tag for 3 s, 16 at a time',
  prepare: [['image', '-layers', 2, '-size', 100_000]],
  warm: [['manifest', '-c', 16, '-duration', '3s']],
  measured: ['manifest', '-c', 16, '-duration', '3s'],
}

export const pushAtOnce = (flow: Flow): Requests => ({
  title: `push 32 × 64 MiB, all at once (${flow})`,
  prepare: [],
  warm: [],
  measured: ['push', ...burst, '-flow', flow],
})
