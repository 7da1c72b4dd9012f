import type { ReplyHeaders } from '../api/reply.ts'

/**
 * What keeps a browser from making more of an answer than the bytes that it is: whoever may push could otherwise have a page of his own run under the
 * registry's name. On every answer; one that has such a header of its own keeps it, and `http.headers` replaces these.
 *
 * No Strict-Transport-Security among them: it would bind every port of the host, of which the registry is one, for a year. `http.headers` can add it.
 */
export const safeHeaders: ReplyHeaders = {
  'x-content-type-options': 'nosniff',
  // Neither scripts nor frames, and an origin that is nobody's, even where a media type such as text/html comes from the storage.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  // Lists and errors are for the one who asked, now. What caches may keep says so itself (`api/validators.ts`).
  'cache-control': 'no-store',
}
