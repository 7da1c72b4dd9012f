import { bytesPerCpu, cpu, idleMemory, operationsPerCpu, peakMemory, pushesPerCpu, rate, startTime, throughput } from './figures.ts'
import { manifest, pull, pushAtOnce, pushOfLayers, pushOfSmall, type Workload } from './workload.ts'

const storage = { kind: 'filesystem' } as const

/** Images on a disk, with the goals that the project has set itself there. */
export const filesystemWorkloads: readonly Workload[] = [
  { id: 'push-docker', storage, ...pushOfLayers('docker'), figures: [throughput({ ratioAtLeast: 1 }), bytesPerCpu, cpu, peakMemory()] },
  { id: 'push-put', storage, ...pushOfLayers('put'), figures: [throughput({ ratioAtLeast: 1 }), bytesPerCpu, cpu, peakMemory()] },
  { id: 'pull', storage, ...pull, figures: [throughput({ ratioAtLeast: 0.9 }), bytesPerCpu, cpu, peakMemory()] },
  { id: 'push-small', storage, ...pushOfSmall, figures: [rate('pushes/s', { ratioAtLeast: 2 }), pushesPerCpu, cpu, peakMemory()] },
  { id: 'manifest', storage, ...manifest, figures: [rate('requests/s', { ratioAtLeast: 2.5 }), operationsPerCpu, cpu, peakMemory()] },
  {
    id: 'manifest-password',
    storage,
    ...manifest,
    title: `${manifest.title}, with a password`,
    guarded: 'password',
    figures: [rate('requests/s', { ratioAtLeast: 2.5 }), operationsPerCpu, cpu, peakMemory()],
  },
  {
    id: 'manifest-token',
    storage,
    ...manifest,
    title: `${manifest.title}, with a token`,
    guarded: 'token',
    besides: { id: 'manifest', atLeast: 0.8 },
    figures: [rate('requests/s'), operationsPerCpu, cpu, peakMemory()],
  },
  { id: 'burst-docker', storage, ...pushAtOnce('docker'), figures: [throughput(), bytesPerCpu, cpu, peakMemory({ oursAtMost: 250 })] },
  { id: 'burst-put', storage, ...pushAtOnce('put'), figures: [throughput(), bytesPerCpu, cpu, peakMemory({ oursAtMost: 250 })] },
  {
    id: 'start',
    title: 'start, then 3 s without a request',
    storage,
    prepare: [],
    warm: [],
    measured: ['idle', '-duration', '3s'],
    figures: [startTime, idleMemory, cpu],
  },
]
