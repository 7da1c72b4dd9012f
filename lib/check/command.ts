import { reportCheck, UnknownImage } from '../../registry-app/src/inspection/report-check.ts'
import { manifestRules } from '../../registry-app/src/wiring/manifest-rules.ts'
import { readStorageOf, type StoragePlace, type StorageSurroundings } from '../storage/open-storage-of.ts'
import { UsageError } from '../usage-error.ts'

export interface CheckOptions extends StoragePlace {
  deep?: boolean
  json?: boolean
}

export interface CheckSetting extends StorageSurroundings {
  readonly out: (text: string) => void
  readonly signal: AbortSignal
}

/**
 * Looks whether the images of a registry are whole, by its storage alone.
 *
 * @returns the exit code: 0, or 1 if one is not
 * @throws UsageError
 */
export async function checkImages(image: string | undefined, options: CheckOptions, setting: CheckSetting): Promise<number> {
  const { deep = false, json = false, ...place } = options
  const { out, error: aside, signal } = setting
  const { driver, config } = await readStorageOf(place, 'images', setting)
  const platforms = manifestRules(config.validation)?.platforms ?? 'all'
  try {
    return await reportCheck({ driver, platforms, deep, json, image, out, aside, signal, clock: () => performance.now() })
  } catch (cause) {
    if (cause instanceof UnknownImage) throw new UsageError(cause.message)
    throw cause
  }
}
