import { readFileSync } from 'node:fs'

/** What the bundle carries within itself. In the repository, the files that it would come from are read. */
declare const BUNDLED_VERSION: string | undefined
declare const BUNDLED_CONFIG: string | undefined
declare const BUNDLED_BCRYPT_WORKER: string | undefined
declare const BUNDLED_PAGE: string | undefined

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

export const version = (): string =>
  typeof BUNDLED_VERSION === 'string' ? BUNDLED_VERSION : JSON.parse(read('../../../package.json')).version

/** The configuration where none is named: `registry-app/config.yml`. */
export const embeddedConfig = (): string => (typeof BUNDLED_CONFIG === 'string' ? BUNDLED_CONFIG : read('../../config.yml'))

/** `auth/bcrypt-worker.ts`: where it is, or the program itself. As text it costs a start nothing that needs no thread. */
export const bcryptWorker = (): URL | string =>
  typeof BUNDLED_BCRYPT_WORKER === 'string' ? BUNDLED_BCRYPT_WORKER : new URL('../auth/bcrypt-worker.ts', import.meta.url)
/** The second file, which makes traces: beside the bundle, or the source that it is made of. */
export const tracingFile = (): URL =>
  new URL(typeof BUNDLED_VERSION === 'string' ? './registry-tracing.mjs' : '../tracing/open-telemetry.ts', import.meta.url)

/**
 * The page for people, one HTML file, gzipped. In the repository it is built when it is first asked for: esbuild is there, as whatever else `npm ci` brings.
 */
export async function compressedPage(): Promise<Buffer> {
  if (typeof BUNDLED_PAGE === 'string') return Buffer.from(BUNDLED_PAGE, 'base64')
  const { buildPage } = (await import(new URL('../../page/build-page.ts', import.meta.url).href)) as { buildPage: () => Promise<Buffer> }
  return buildPage()
}
