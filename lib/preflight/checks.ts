import { bucket } from './bucket.ts'
import { certificate } from './certificate.ts'
import type { Check } from './check.ts'
import { delegation, resolution } from './domain.ts'
import { engine } from './engine.ts'
import { ports } from './ports.ts'
import { secrets } from './secrets.ts'

/** All of them, in the order in which a deployment would come to fail. */
export const checks: readonly Check[] = [secrets, engine, ports, bucket, delegation, resolution, certificate]
