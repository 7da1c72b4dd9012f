/** Whether a repository's name is meant by it. */
export type Glob = (repository: string) => boolean

/** What is wrong with a glob is told to whoever wrote it. */
export class GlobError extends Error {
  override readonly name = 'GlobError'
}

/**
 * `*` stands for anything within a segment of the name, `**` for any number of segments: `public/**` is all that lies below `public`, `**` everything,
 * and `team/**\/app` both `team/app` and `team/a/b/app`.
 *
 * @throws GlobError
 */
export function compileGlob(text: string): Glob {
  const segments = checked(text)
  // What nearly all rules are made of takes no walk.
  if (text === '**') return () => true
  if (!text.includes('*')) return repository => repository === text
  const head = text.slice(0, -2)
  if (text.endsWith('/**') && !head.includes('*')) return repository => repository.length > head.length && repository.startsWith(head)
  const patterns = segments.map(segment => (segment === '**' ? segment : [...segment]))
  // What ends with `**` is about what lies below: at least one segment more.
  const parts = segments.at(-1) === '**' ? [...patterns.slice(0, -1), ['*'], '**'] : patterns
  return repository =>
    fits(parts, repository.split('/'), '**', (part, segment) =>
      fits([...part], [...segment], '*', (letter, character) => letter === character),
    )
}

/**
 * Whether the items fit the pattern, where `any` stands for any number of them.
 *
 * The last `any` alone is tried again (whatever an earlier one could take, the later can take too): so it takes no longer than both lengths multiplied.
 */
export function fits<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  any: unknown,
  same: (part: Part, item: Item) => boolean,
): boolean {
  let [part, item, lastAny, resumeAt] = [0, 0, -1, 0]
  while (item < items.length) {
    const wanted = pattern[part]
    if (part < pattern.length && wanted === any) {
      lastAny = part++
      resumeAt = item
    } else if (part < pattern.length && same(wanted as Part, items[item] as Item)) {
      part++
      item++
    } else if (lastAny >= 0) {
      part = lastAny + 1
      item = ++resumeAt
    } else return false
  }
  return pattern.slice(part).every(each => each === any)
}

function checked(text: string): readonly string[] {
  const segments = text.split('/')
  const wrong = segments.find(segment => !/^[a-z0-9._*-]+$/.test(segment))
  if (text === '') throw new GlobError('must name repositories, such as team/**')
  if (text.length > 255) throw new GlobError('must have at most 255 characters, as a repository has')
  if (wrong === '') throw new GlobError('must have no empty segment: no slash at its beginning or end, and not two in a row')
  if (wrong !== undefined) {
    const upper = /[A-Z]/.test(wrong)
      ? ': names of repositories have no capital letters'
      : ': there are a-z, 0-9, and . _ - * between slashes'
    throw new GlobError(`can match no repository${upper}`)
  }
  if (segments.some(segment => segment.includes('**') && segment !== '**')) {
    throw new GlobError('has ** beside something else: it stands alone between slashes, such as team/** or **/app')
  }
  return segments
}
