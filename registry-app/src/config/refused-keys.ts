/** A key that Distribution knows and this version does not serve. */
export interface RefusedKey {
  readonly path: string
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
    path: 'auth.silly',
    reason: 'this lets in whoever sends any Authorization header, and is for tests of Distribution itself; use auth.htpasswd',
  },
  { path: 'redis', reason: 'this registry uses no Redis: nothing of it is kept between requests; take the section out' },
  {
    path: 'proxy.exec',
    reason:
      'this registry runs no program to get a password; write proxy.username and proxy.password, or name a file by REGISTRY_PROXY_PASSWORD_FILE',
  },
  {
    path: 'middleware',
    reason:
      'there is no middleware here; take the section out: in place of redirect and rewrite, name the host for clients by storage.s3.redirectendpoint; URLs for CloudFront are not signed, so blobs come from the bucket',
  },
  {
    path: 'log.hooks',
    reason:
      'this registry sends no mail about what it logs; take the section out, and let whatever collects the log or the metrics raise the alarm',
  },
  {
    path: 'reporting',
    reason:
      'this registry, as Distribution 3, reports to neither Bugsnag nor New Relic; take the section out, and let whatever collects the log or the metrics raise the alarm',
  },
  {
    path: 'compatibility',
    reason:
      "Docker's schema 1 manifests, which Distribution 3 dropped as well, are not served; take the section out, and push such images anew",
  },
]
