import { reportCheck, UnknownImage } from '../inspection/report-check.ts'
import { createLog } from '../ops/log.ts'
import { manifestRules } from '../wiring/manifest-rules.ts'
import { openStorage } from '../wiring/open-storage.ts'
import { randomName } from '../wiring/random-name.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

export interface CheckCommandOptions {
  image: string | undefined
  deep: boolean
  json: boolean
  out: (text: string) => void
  aside: (text: string) => void
}

/** `check`: whether the images in the storage are whole. @returns the exit code: 0, or 1 if one is not */
export async function checkImages(source: ConfigSource, options: CheckCommandOptions): Promise<number> {
  const { config, warnings } = loadFrom(source)
  for (const warning of warnings) options.aside(`warning: ${warning}\n`)
  const { storage, validation } = config
  if (storage.inmemory) throw new UnknownImage('storage.inmemory: what another process keeps in its memory cannot be checked from here')
  const now = () => new Date()
  const log = createLog({ level: 'warn', formatter: 'text', fields: {}, now, write: options.aside })
  const driver = await openStorage(storage, { log, now, randomName, environment: source.environment, quiet: true, readOnly: true })
  try {
    const platforms = manifestRules(validation)?.platforms ?? 'all'
    return await reportCheck({ ...options, driver, platforms, clock: () => performance.now() })
  } finally {
    log.flush()
  }
}
