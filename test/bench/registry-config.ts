/**
 * The configuration that both registries get. It is Distribution's own example file without its htpasswd and its health check of the
 * storage: both log each request at level info, and Distribution has its cache of blob descriptors, as in that file.
 */
export function registryConfig(place: { data: string; port: number }): string {
  return `version: 0.1
log:
  level: info
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: ${place.data}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:${place.port}
`
}
