import {
  bytesPerCpu,
  cpu,
  type Figure,
  idleMemory,
  operationsPerCpu,
  peakMemory,
  pushesPerCpu,
  rate,
  startTime,
  throughput,
} from './figures.ts'
import type { Step } from './generator.ts'

export interface Workload {
  readonly id: string
  readonly title: string
  /** What must be there before: not measured, and done even when cold. */
  readonly prepare: readonly Step[]
  /** The same kind of requests before the clock starts: a registry that runs is measured, not one that begins. */
  readonly warm: readonly Step[]
  readonly measured: Step
  readonly figures: readonly Figure[]
}

/** docker: HEAD, POST, PATCH of unknown length, PUT. put: HEAD, POST, PUT with the body, as containerd and crane. */
type Flow = 'docker' | 'put'

const MiB = 2 ** 20
const layers = ['-n', 8, '-size', 64 * MiB, '-c', 2] as const
const burst = ['-n', 32, '-size', 64 * MiB, '-c', 32] as const
const small = ['-n', 200, '-size', 4096, '-c', 8] as const
const elsewhere = ['-repo', 'bench/warm', '-seed', 1000] as const

/** Every workload, with the goals that the project has set itself. */
export const workloads: readonly Workload[] = [
  pushOfLayers('push-docker', 'docker'),
  pushOfLayers('push-put', 'put'),
  {
    id: 'pull',
    title: 'pull 8 × 64 MiB four times, 2 at a time',
    prepare: [['push', ...layers, '-flow', 'put']],
    warm: [['pull', ...layers, '-verify']],
    measured: ['pull', ...layers, '-rounds', 4],
    figures: [throughput({ ratioAtLeast: 0.9 }), bytesPerCpu, cpu, peakMemory()],
  },
  {
    id: 'push-small',
    title: 'push 200 × 4 KiB, 8 at a time (docker)',
    prepare: [],
    warm: [['push', ...small, ...elsewhere]],
    measured: ['push', ...small],
    figures: [rate('pushes/s', { ratioAtLeast: 2 }), pushesPerCpu, cpu, peakMemory()],
  },
  {
    id: 'manifest',
    title: 'GET a manifest by tag for 3 s, 16 at a time',
    prepare: [['image', '-layers', 2, '-size', 100_000]],
    warm: [['manifest', '-c', 16, '-duration', '3s']],
    measured: ['manifest', '-c', 16, '-duration', '3s'],
    figures: [rate('requests/s', { ratioAtLeast: 2.5 }), operationsPerCpu, cpu, peakMemory()],
  },
  pushAtOnce('burst-docker', 'docker'),
  pushAtOnce('burst-put', 'put'),
  {
    id: 'start',
    title: 'start, then 3 s without a request',
    prepare: [],
    warm: [],
    measured: ['idle', '-duration', '3s'],
    figures: [startTime, idleMemory, cpu],
  },
]

function pushOfLayers(id: string, flow: Flow): Workload {
  return {
    id,
    title: `push 8 × 64 MiB, 2 at a time (${flow})`,
    prepare: [],
    warm: [['push', '-n', 4, '-size', 8 * MiB, '-c', 2, '-flow', flow, ...elsewhere]],
    measured: ['push', ...layers, '-flow', flow],
    figures: [throughput({ ratioAtLeast: 1 }), bytesPerCpu, cpu, peakMemory()],
  }
}

function pushAtOnce(id: string, flow: Flow): Workload {
  return {
    id,
    title: `push 32 × 64 MiB, all at once (${flow})`,
    prepare: [],
    warm: [],
    measured: ['push', ...burst, '-flow', flow],
    figures: [throughput(), bytesPerCpu, cpu, peakMemory({ oursAtMost: 250 })],
  }
}
