import { kitCommand } from '../../kit-command.ts'
import type { CdkEnvironment } from '../environment.ts'
import { makesBucket } from './complete-storage.ts'

/** What is left when the data stack is destroyed, and how it goes or comes back, in some sentences. */
export function keptOnAws({ name, storage, dns, host, domain }: Omit<CdkEnvironment, 'engine'>): string {
  const { bucket, onDestroy } = storage
  const kept = [
    makesBucket(storage)
      ? onDestroy === 'empty'
        ? `the bucket ${bucket} while anything is in it, since destroying it fails: run ${kitCommand} empty ${name}, and destroy`
        : `the bucket ${bucket} with the images: existing: true, or cdk deploy --import-existing-resources, brings it back`
      : `the bucket ${bucket}, which this stack did not create, and everything in it`,
    ...(makesBucket(storage) && storage.encryption === 'kms' && storage.kmsKey === undefined && onDestroy === 'retain'
      ? ['the key that it is encrypted with: storage.kmsKey brings it back']
      : []),
    ...(dns?.by === 'route53' && dns.zoneId === undefined && domain !== undefined
      ? [`the hosted zone ${dns.zone}: dns.zoneId brings it back`]
      : []),
    ...(storage.accessLogs || (host.kind === 'fargate' && host.accessLogs) ? ['the bucket with logs'] : []),
  ]
  return kept.join('; ')
}
