import { stringify } from 'yaml'
import type { Storage } from './storage.ts'
import type { Guard } from './workload.ts'

/**
 * The configuration that both registries get. It is Distribution's own example file without its htpasswd and its health check of the
 * storage: both log each request at level info, and Distribution has its cache of blob descriptors, as in that file.
 *
 * @param guard what it asks for @param htpasswd the file with the user, where it asks for something
 */
export function registryConfig(storage: Storage['config'], port: number, guard: Guard | undefined, htpasswd: string): string {
  return stringify({
    version: 0.1,
    log: { level: 'info' },
    storage: { cache: { blobdescriptor: 'inmemory' }, ...storage, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...(guard === 'password' && { auth: { htpasswd: { realm: 'bench', path: htpasswd } } }),
    ...(guard === 'token' && { auth: { local: { path: htpasswd } } }),
  })
}
