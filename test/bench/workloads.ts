import { filesystemWorkloads } from './filesystem-workloads.ts'
import { s3Workloads } from './s3-workloads.ts'

/** Every workload. */
export const workloads = [...filesystemWorkloads, ...s3Workloads]
