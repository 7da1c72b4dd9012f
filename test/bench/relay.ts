import { answersOk } from '../support/answers-ok.ts'
import type { S3Server } from '../support/s3-server.ts'
import { type Beside, startBeside } from './beside.ts'

/** Where a registry would stand: it computes the digest of each layer, puts the layer into the bucket, and does nothing else. */
export function startRelay(loadgen: string, server: S3Server, bucket: string): Promise<Beside> {
  return startBeside(loadgen, ['relay', '-to', server.endpoint, ...bucketFlags(server, bucket)], answersOk)
}

/** The generator's flags for whoever puts objects into a bucket. */
export function bucketFlags({ accessKeyId, secretAccessKey, region }: S3Server, bucket: string): string[] {
  return ['-bucket', bucket, '-access-key', accessKeyId, '-secret-key', secretAccessKey, '-region', region]
}
