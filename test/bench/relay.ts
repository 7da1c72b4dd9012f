import { answersOk } from '../support/answers-ok.ts'
import type { S3Server } from '../support/s3-server.ts'
import { type Beside, startBeside } from './beside.ts'

/** Where a registry would stand: it computes the digest of each layer, puts the layer into the bucket, and does nothing else. */
export function startRelay(loadgen: string, server: S3Server, bucket: string): Promise<Beside> {
  const access = ['-access-key', server.accessKeyId, '-secret-key', server.secretAccessKey, '-region', server.region]
  return startBeside(loadgen, ['relay', '-to', server.endpoint, '-bucket', bucket, ...access], answersOk)
}
