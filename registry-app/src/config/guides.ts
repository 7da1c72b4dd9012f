/** The page of the documentation that explains a section, where one does more than list its keys. */
const pages: readonly (readonly [path: string, page: string])[] = [
  ['auth', 'docs/authentication.md'],
  ['access', 'docs/authentication.md'],
  ['groups', 'docs/authentication.md'],
  ['http.tls', 'docs/tls.md'],
  ['http.debug', 'docs/operations.md'],
  ['health', 'docs/operations.md'],
  ['notifications', 'docs/notifications.md'],
  ['log.audit', 'docs/notifications.md'],
  ['proxy', 'docs/pull-through-cache.md'],
  ['ui', 'docs/page.md'],
  ['policy', 'docs/policies.md'],
  ['storage.s3', 'docs/providers.md'],
  ['storage.maintenance.garbagecollect', 'docs/garbage-collection.md'],
]

/** Where somebody reads on who has made these mistakes: the guides of their sections, and `always`, which lists every key. */
export function guidesTo(paths: readonly string[], always: string): string {
  const found = pages.filter(([section]) => paths.some(path => path === section || path.startsWith(`${section}.`)))
  return `see ${[...new Set([...found.map(([, page]) => page), always])].join(', ')}`
}
