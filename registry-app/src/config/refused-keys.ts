/** A key that Distribution knows and this version does not serve. */
export interface RefusedKey {
  readonly path: string
  /** The path as Distribution's variables spell it, where its Go field has another name than its YAML key. */
  readonly variable?: string
  /** Said to whoever configures it. */
  readonly reason: string
}

/**
 * Refused instead of ignored: whoever writes one of these relies on it, most of all on those that keep others out.
 * An empty one (`auth:` with nothing behind it) asks for nothing, and passes.
 */
export const refusedKeys: readonly RefusedKey[] = [
  { path: 'storage.azure', reason: 'the azure driver is not supported; use storage.s3 or storage.filesystem' },
  { path: 'storage.gcs', reason: 'the gcs driver is not supported; use storage.s3 or storage.filesystem' },
  {
    path: 'storage.oss',
    reason: 'the oss driver, which Distribution 3 dropped as well, is not supported; use storage.s3 or storage.filesystem',
  },
  {
    path: 'storage.swift',
    reason: 'the swift driver, which Distribution 3 dropped as well, is not supported; use storage.s3 or storage.filesystem',
  },
  {
    path: 'auth',
    reason:
      'this version cannot ask who is there: it would serve everybody; take the section out, and let only those in who may, for example by a proxy before it',
  },
  { path: 'notifications', reason: 'this version sends no notifications; take the section out' },
  { path: 'redis', reason: 'this registry uses no Redis: nothing of it is kept between requests; take the section out' },
  { path: 'proxy', reason: 'this version is no pull-through cache; take the section out' },
  { path: 'middleware', reason: 'this version has no middleware; take the section out' },
  { path: 'health.file', variable: 'health.filecheckers', reason: 'this version checks its storage only; take the section out' },
  { path: 'health.http', variable: 'health.httpcheckers', reason: 'this version checks its storage only; take the section out' },
  { path: 'health.tcp', variable: 'health.tcpcheckers', reason: 'this version checks its storage only; take the section out' },
  { path: 'log.hooks', reason: 'this version sends no mail about what it logs; take the section out' },
]
