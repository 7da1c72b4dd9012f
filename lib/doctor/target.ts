import type { Target } from '../../registry-app/src/doctor/target.ts'
import type { SigningVersion } from '../../registry-app/src/s3/options.ts'
import { UsageError } from '../usage-error.ts'

/**
 * What a config.yml's `storage.s3` says of the bucket, in Distribution's spellings and ours.
 *
 * @throws UsageError that names the key that is missing
 */
export function targetOf(settings: Readonly<Record<string, unknown>>): Target {
  const style = settings.forcepathstyle
  return {
    bucket: required(settings, 'bucket'),
    region: required(settings, 'region'),
    endpoint: text(settings.regionendpoint),
    secure: settings.secure !== false,
    signing: signingOf(settings),
    addressing: typeof style === 'boolean' ? (style ? 'path' : 'virtual') : undefined,
    contentMd5: settings.contentmd5 === true ? true : undefined,
    ca: text(settings.cacert),
    root: (text(settings.rootdirectory) ?? '').replace(/^\/+|\/+$/g, ''),
  }
}

/** Ours comes first; `auto`, and nothing at all, mean whatever the store takes. */
function signingOf({ signingversion, v4auth }: Readonly<Record<string, unknown>>): SigningVersion | undefined {
  if (signingversion === 'v2' || signingversion === 'v4') return signingversion
  if (signingversion !== undefined || typeof v4auth !== 'boolean') return undefined
  return v4auth ? 'v4' : 'v2'
}

function required(settings: Readonly<Record<string, unknown>>, key: string): string {
  const value = text(settings[key])
  if (value === undefined) throw new UsageError(`the ${key} is missing: give --${key}, or --environment NAME, whose file names it`)
  return value
}

const text = (value: unknown) => (value === undefined || value === null || value === '' ? undefined : String(value))
