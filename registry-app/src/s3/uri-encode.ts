/** RFC 3986, 2.3: the unreserved characters, and the slash. */
const plain = /^[\w.~/-]*$/

/**
 * `UriEncode()` of Amazon's description of Signature Version 4: every byte but the unreserved characters, with hexadecimal digits in upper case.
 * `encodeURIComponent` leaves five more as they are.
 */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A key as it stands in a path: its slashes stay. The keys of a registry need nothing else. */
export function encodeKey(key: string): string {
  return plain.test(key) ? key : key.split('/').map(uriEncode).join('/')
}
