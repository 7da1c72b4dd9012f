import type { AwsCheck } from './aws-check.ts'
import { bootstrap } from './bootstrap.ts'
import { bucket } from './bucket.ts'
import { certificate } from './certificate.ts'
import { credentials } from './credentials.ts'
import { image } from './image.ts'
import { quotas } from './quotas.ts'
import { secrets } from './secrets.ts'
import { zone } from './zone.ts'

/** All of them, in the order in which a deployment would come to fail. */
export const awsChecks: readonly AwsCheck[] = [credentials, bootstrap, image, secrets, bucket, quotas, zone, certificate]
