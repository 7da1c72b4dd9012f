import { manifest } from './manifest.ts'

/** This package's version, such as `0.1.0`. */
export function version(): string {
  const { version } = manifest()
  if (version === undefined) throw new Error('package.json names no version')
  return version
}
