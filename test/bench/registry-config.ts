import { stringify } from 'yaml'
import type { Storage } from './storage.ts'

/**
 * The configuration that both registries get. It is Distribution's own example file without its htpasswd and its health check of the
 * storage: both log each request at level info, and Distribution has its cache of blob descriptors, as in that file.
 *
 * @param htpasswd the file with the user, for workloads that need a password
 */
export function registryConfig(storage: Storage['config'], port: number, htpasswd: string | undefined): string {
  return stringify({
    version: 0.1,
    log: { level: 'info' },
    storage: { cache: { blobdescriptor: 'inmemory' }, ...storage, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...(htpasswd !== undefined && { auth: { htpasswd: { realm: 'bench', path: htpasswd } } }),
  })
}
