import { bucket } from './bucket.ts'
import type { Check } from './check.ts'
import { delegation, resolution } from './domain.ts'
import { engine } from './engine.ts'
import { port } from './port.ts'

/** All of them, in the order in which a deployment would come to fail. */
export const checks: readonly Check[] = [engine, port, bucket, delegation, resolution]
