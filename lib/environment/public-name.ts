/**
 * Whether a public certificate authority could certify the name: it has a top-level domain that is not kept for private use.
 *
 * RFC 6761 (special-use names), RFC 6762 appendix G (names in home networks), and `.internal`, which ICANN keeps for that since 2024.
 */
export function isPublicName(name: string): boolean {
  const labels = name.split('.')
  const top = labels.at(-1) ?? ''
  return labels.length > 1 && !/^\d+$/.test(top) && !keptPrivate.has(top)
}

const keptPrivate: ReadonlySet<string> = new Set([
  ...['example', 'invalid', 'local', 'localhost', 'test', 'onion', 'internal'],
  ...['intranet', 'private', 'corp', 'home', 'lan', 'arpa'],
])
