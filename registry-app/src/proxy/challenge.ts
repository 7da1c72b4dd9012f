/** What an answer of 401 asks for (RFC 9110, section 11.6.1). */
export type Challenge =
  | { readonly scheme: 'basic' }
  /** Distribution's token authentication: `realm` says where tokens are to be had. */
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined }

/** Longer ones are no challenges. */
const longest = 4096

/** The first challenge that this registry can meet; Bearer before Basic, as docker prefers it. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined || header.length > longest) return undefined
  const [bearer = ''] = /\bbearer\s+.*/i.exec(header) ?? []
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, token] of bearer.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '')
  }
  const realm = parameters.get('realm')
  if (realm !== undefined && realm !== '') return { scheme: 'bearer', realm, service: parameters.get('service') }
  return /\bbasic\b/i.test(header.replace(bearer, '')) || /^basic\b/i.test(header) ? { scheme: 'basic' } : undefined
}
