/**
 * The first name that an object of this JSON has twice, at any depth: `JSON.parse` takes the later one, and who wrote or checked it may have meant the
 * other (RFC 8725, section 2.10 calls for one reading; Distribution refuses them too).
 *
 * @param text valid JSON
 */
export function sameNameTwice(text: string): string | undefined {
  /** Of each object or array that is open, the names so far; an array has none. */
  const open: (Set<string> | undefined)[] = []
  let last: string | undefined
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && last !== undefined) {
      const name: string = JSON.parse(last)
      const names = open.at(-1)
      if (names?.has(name)) return name
      names?.add(name)
    }
    last = token.startsWith('"') ? token : undefined
  }
  return undefined
}
