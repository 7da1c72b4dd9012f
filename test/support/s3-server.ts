/** An S3 server on this machine, with an empty folder of its own. */
export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  /** Where it keeps its buckets. */
  readonly folder: string
  readonly pid: number
  createBucket(name: string): Promise<void>
  stop(): Promise<void>
}

export interface S3ServerOptions {
  /** The server's program. */
  readonly binary: string
  /** An existing, empty folder. */
  readonly folder: string
  /** `us-east-1` unless told. */
  readonly region?: string | undefined
}
