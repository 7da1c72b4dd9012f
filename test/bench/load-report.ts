/** The line that the load generator prints, as far as it is read here (`load/report.go`). MB are 10^6 bytes, MiB 2^20. */
export interface LoadReport {
  readonly operations: number
  readonly bytes: number
  readonly seconds: number
  readonly mb_per_s: number
  readonly ops_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly server_cpu_s: number
  readonly mb_per_cpu_s: number
  readonly ops_per_cpu_s: number
  readonly server_peak_mib: number
  readonly server_last_mib: number
  readonly generator_cpu_s: number
  readonly generator_cpu_share: number
  /** What the store used. */
  readonly helpers_cpu_s: number
  /** Of all cores: what neither the generator nor the server nor its store used. */
  readonly others_cpu_share: number
}
