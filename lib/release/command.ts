import { appFolder } from '../app-folder.ts'
import { imageReference } from '../environment/image-schema.ts'
import { type Circumstances, realCircumstances } from '../registry-client/circumstances.ts'
import { reasonOf } from '../registry-client/http/failure.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import { release } from './release.ts'

export interface ReleaseCommandOptions {
  readonly base?: string
  readonly platform: string
}

export interface ReleaseSetting {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
  /** @default - real time and chance */
  readonly circumstances?: Circumstances
}

/** Makes the image and pushes it; prints what an environment's file says to use it. @returns the exit code */
export async function releaseCommand(target: string, options: ReleaseCommandOptions, setting: ReleaseSetting): Promise<number> {
  const { out, error, variables, signal } = setting
  for (const name of [target, options.base ?? target]) {
    if (!imageReference.safeParse(name).success)
      throw new UsageError(`${name} is not the name of an image, such as ghcr.io/you/bucket-registry`)
  }
  if (target.includes('@')) throw new UsageError(`${target} has a digest, which the image has when it is made: leave it away`)
  const platforms = options.platform.split(',')
  const odd = platforms.find(each => !/^linux\/\w+$/.test(each))
  if (odd !== undefined) throw new UsageError(`${odd} is not a platform such as linux/arm64`)
  try {
    const made = await release({
      ...{ target, platforms, variables, signal, version: version(), appFolder: setting.appFolder ?? appFolder() },
      base: options.base,
      circumstances: setting.circumstances ?? realCircumstances,
      tell: line => error(`${line}\n`),
    })
    out(`# ${made.byTag}\nimage:\n  reference: ${made.byDigest}\n`)
    return 0
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    error(`${reasonOf(signal.aborted ? signal.reason : cause)}\n`)
    return 1
  }
}
