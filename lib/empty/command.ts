import { S3Error } from '../../registry-app/src/s3/errors.ts'
import type { Ask } from '../ask.ts'
import type { BucketStorage } from '../environment/environment.ts'
import type { Engine } from '../environment/schema.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import { emptyBucket, type Gone } from './empty-bucket.ts'
import { openDeployedBucket } from './open-deployed-bucket.ts'

export interface EmptySetting {
  readonly out: (text: string) => void
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** The folder of the environment files. */
  readonly folder: string
  readonly ask: Ask
}

/**
 * Empties the bucket of an environment whose file says so, once its name was typed.
 *
 * @param yes it was said on the command line
 * @returns the exit code: 1 if the store would not, or somebody ended it
 * @throws UsageError that says why it will not
 */
export async function empty(name: string, { yes = false }: { yes?: boolean }, setting: EmptySetting): Promise<number> {
  const { out, variables, signal, folder, ask } = setting
  const { storage, engine } = environmentToEmpty(name, folder, variables)
  const { bucket, title } = await openDeployedBucket(storage, variables)
  try {
    if (!yes) await confirm(name, title, ask)
    const gone = await emptyBucket(bucket, { signal, progress: gone => out(`${amount(gone)} deleted\n`) })
    const what = gone.versions + gone.uploads === 0 ? 'was empty' : `is empty: ${amount(gone)} deleted`
    out(`${title} ${what}. npx ${engine} destroy registry-${name} registry-${name}-data deletes it.\n`)
    return 0
  } catch (cause) {
    if (!(cause instanceof Error) || !(cause instanceof S3Error || signal.aborted)) throw cause
    out(`${cause.message}\nWhat is left stays; the same command goes on with it.\n`)
    return 1
  } finally {
    await bucket.close()
  }
}

async function confirm(name: string, title: string, ask: Ask): Promise<void> {
  const answer = await ask(
    `Everything in ${title} will be deleted: all images, and whatever else is in it. Type the environment's name, ${name}, to go on`,
  )
  if (answer === undefined) throw new UsageError('nobody is here to type the name: --yes says it')
  if (answer.trim() !== name) throw new UsageError(`nothing was deleted: what was typed is not ${name}`)
}

interface Emptied {
  readonly storage: BucketStorage
  readonly engine: Engine
}

function environmentToEmpty(name: string, folder: string, variables: EmptySetting['variables']): Emptied {
  const [environment] = selectEnvironments({ folder, name })
  if (environment?.storage.driver !== 's3') throw new UsageError(`the environment ${name} does not keep its images in a bucket`)
  const { storage } = environment
  if (storage.existing)
    throw new UsageError(`the bucket ${storage.bucket} was there before the environment ${name}, and is not emptied by it`)
  if (storage.onDestroy !== 'empty') {
    throw new UsageError(`the environment ${name} keeps its images: storage.onDestroy is ${storage.onDestroy}, and would have to be empty`)
  }
  const other = variables.TF_VAR_s3_bucket
  if (other && other !== storage.bucket) {
    throw new UsageError(`TF_VAR_s3_bucket names ${other}, which the environment ${name} did not make: only ${storage.bucket} is emptied`)
  }
  return { storage, engine: environment.engine }
}

const amount = ({ versions, uploads }: Gone) =>
  `${versions} ${versions === 1 ? 'object' : 'objects'}${uploads > 0 ? ` and ${uploads} unfinished uploads` : ''}`
