import { bytesPerCpu, cpu, cpuPerGb, operationsPerCpu, peakMemory, pushesPerCpu, rate, storeRequests, throughput } from './figures.ts'
import { manifest, pull, pushAtOnce, pushOfLayers, pushOfSmall, type Workload } from './workload.ts'

const latencyMs = 20

/** Images in a bucket of a MinIO on the same machine, pulled through the registry, with the goals that the project has set itself there. */
export const s3Workloads: readonly Workload[] = [
  {
    ...near('s3-push-docker', pushOfLayers('docker'), [throughput({ ratioAtLeast: 2 }), cpuPerGb({ ratioAtMost: 0.6 }), peakMemory()]),
    underCeiling: 'docker',
  },
  {
    ...near('s3-push-put', pushOfLayers('put'), [throughput({ ratioAtLeast: 3 }), cpuPerGb({ ratioAtMost: 0.6 }), peakMemory()]),
    underCeiling: 'put',
  },
  near('s3-push-small', pushOfSmall, [rate('pushes/s', { ratioAtLeast: 5 }), pushesPerCpu, cpu, peakMemory()]),
  near('s3-pull', pull, [throughput({ ratioAtLeast: 0.7 }), bytesPerCpu, cpu, peakMemory()]),
  near('s3-manifest', manifest, [rate('requests/s', { ratioAtLeast: 4 }), operationsPerCpu, cpu, peakMemory()]),
  near('s3-burst-docker', pushAtOnce('docker'), [throughput(), bytesPerCpu, cpu, peakMemory({ ratioAtMost: 0.4 })]),
  {
    ...near('s3-latency', pushOfSmall, [rate('pushes/s'), storeRequests('a push'), cpu, peakMemory()]),
    title: `S3, ${latencyMs} ms away: ${pushOfSmall.title}`,
    storage: { kind: 's3', latencyMs },
  },
]

function near(id: string, requests: Omit<Workload, 'id' | 'storage' | 'figures'>, figures: Workload['figures']): Workload {
  return { id, storage: { kind: 's3', latencyMs: 0 }, ...requests, title: `S3: ${requests.title}`, figures }
}
