/** A key that is accepted because Distribution's files have it, and does nothing here. */
export interface IneffectiveKey {
  readonly path: string
  /** Said once at start to whoever sets it, since it might surprise. */
  readonly warning: string
  /** Only this value surprises; absent: any. */
  readonly value?: unknown
  /** The section beside which the key does have an effect. */
  readonly unless?: string
}

export const ineffectiveKeys: readonly IneffectiveKey[] = [
  { path: 'log.reportcaller', value: true, warning: 'has no effect: a line does not name the place in the source that wrote it' },
  {
    path: 'storage.redirect.disable',
    value: false,
    unless: 'storage.s3',
    warning: 'has no effect: this storage has no place to send clients to, every byte is served here',
  },
  { path: 'storage.cache.blobdescriptor', warning: 'has no effect: this registry needs no cache of blob descriptors' },
  { path: 'storage.cache.layerinfo', warning: 'has no effect: this registry needs no cache of blob descriptors' },
  { path: 'storage.cache.blobdescriptorsize', warning: 'has no effect: this registry needs no cache of blob descriptors' },
  { path: 'storage.s3.loglevel', warning: 'has no effect: requests to the store are not logged one by one' },
  { path: 'storage.tag.concurrencylimit', warning: 'has no effect: tags are looked up without such a limit' },
  {
    path: 'http.debug.prometheus.enabled',
    value: true,
    unless: 'http.debug.addr',
    warning: 'has no effect: metrics are served at http.debug.addr alone; name one, such as localhost:5001',
  },
  {
    path: 'policy.repository.classes',
    warning: 'is not enforced by this version: every class of content is accepted',
  },
]
