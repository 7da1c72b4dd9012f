/** One way to sign in that a server offers by `WWW-Authenticate` (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A word alone is a scheme, and one with a value a parameter of the last scheme. */
const next = /\s*,?\s*([\w!#$%&'*+.^`|~-]+)(?![\w!#$%&'*+.^`|~-])(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|(?!\s*=))/y

/**
 * Reads `Bearer realm="https://auth.example/token",service="registry.example",scope="repository:app:pull"`, and several of them, one after the other
 * or in headers of their own. What cannot be read ends the list.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): readonly Challenge[] {
  return [headers ?? []].flat().flatMap(challengesIn)
}

function challengesIn(header: string): Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  next.lastIndex = 0
  while (next.lastIndex < header.length) {
    const [, word = '', quoted, plain] = next.exec(header) ?? []
    if (word === '') break
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    const current = found.at(-1)
    if (value === undefined) found.push({ scheme: word.toLowerCase(), parameters: {} })
    // Of a parameter that comes twice, the first counts.
    else if (current) current.parameters[word.toLowerCase()] ??= value
    else break
  }
  return found
}
