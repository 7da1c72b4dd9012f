import { readFileSync } from 'node:fs'
import type { Target } from '../../registry-app/src/doctor/target.ts'
import { endpointOf } from '../../registry-app/src/s3/endpoint.ts'
import { bucketSettings } from '../environment/bucket-settings.ts'
import { providerNamed } from '../environment/providers/index.ts'
import { storageSettings } from '../environment/providers/storage-settings.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import { targetOf } from './target.ts'

/** As they stand on the command line. */
export interface DoctorOptions {
  environment?: string
  provider?: string
  account?: string
  endpoint?: string
  region?: string
  bucket?: string
  rootDirectory?: string
  ca?: string
  json?: true
}

/**
 * What was given by itself comes before what an environment or a preset says.
 *
 * @param folder of the environment files
 * @throws UsageError that says what is missing
 */
export function targetFrom(options: DoctorOptions, folder: string): Target {
  const { region, bucket, rootDirectory, ca } = options
  const target = targetOf({
    ...settingsFrom(options, folder),
    ...(region === undefined ? {} : { region }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(rootDirectory === undefined ? {} : { rootdirectory: rootDirectory }),
  })
  usable(() => endpointOf(target))
  return ca === undefined ? target : { ...target, ca: usable(() => readFileSync(ca, 'utf8')) }
}

function settingsFrom(options: DoctorOptions, folder: string): Readonly<Record<string, unknown>> {
  const { environment, provider, endpoint, region, account, bucket } = options
  if (environment !== undefined) {
    return { ...environmentSettings(environment, folder), ...(endpoint === undefined ? {} : { regionendpoint: endpoint }) }
  }
  if (provider === undefined) return endpoint === undefined ? {} : { regionendpoint: endpoint }
  // A preset says how a store is to be spoken to; the doctor asks that, and is told only where it is.
  const {
    bucket: name,
    region: where,
    ...s3
  } = usable(() => storageSettings(providerNamed(provider), { bucket: bucket ?? '', region, account, endpoint })).s3
  return { bucket: name, region: where, regionendpoint: s3.regionendpoint, secure: s3.secure }
}

function environmentSettings(name: string, folder: string): Readonly<Record<string, unknown>> {
  const [environment] = selectEnvironments({ folder, name })
  if (environment?.storage.driver === 's3') return bucketSettings(environment.storage).s3
  throw new UsageError(`the environment ${name} does not keep its images in a bucket: there is nothing to ask`)
}

/** What was written on the command line is the cause, so its message is enough. */
function usable<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
