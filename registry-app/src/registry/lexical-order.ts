import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'

export interface Folder {
  prefix: Key
  /** What follows a name in its keys: `/` for tags, `/_` for repositories. */
  delimiter: '/' | '/_'
  /** Only names after this one, which need not exist. Empty for all. */
  last: string
}

/**
 * The names in a folder of the store, in lexical order, by as few pages of its listing as that takes.
 *
 * A store sorts keys, not names: `v1-x/` comes before `v1/`, since `-` and `.` sort before `/`. So a name is held back while one that it starts
 * with, and that would sort before it, may still come.
 */
export async function* inLexicalOrder(driver: StorageDriver, folder: Folder, options?: CallOptions): AsyncGenerator<string> {
  const { prefix, delimiter, last } = folder
  let held: string[] = []
  let given = last

  // Every name after `last` has a key after it, though a name before it may have one too.
  for await (const page of driver.list(prefix, { ...options, delimiter, startAfter: prefix + beginningOf(last) })) {
    // A store may show a folded name once more on its next page.
    const names = page.prefixes.map(key => key.slice(prefix.length, -delimiter.length)).filter(name => name > given)
    const reached = names.at(-1)
    if (reached === undefined) continue
    held = [...new Set([...held, ...names])].sort()
    const blocked = held.findIndex(name => mayStillBePreceded(name, reached, folder))
    const free = held.splice(0, blocked === -1 ? held.length : blocked)
    given = free.at(-1) ?? given
    yield* free
  }
  yield* held
}

/**
 * As much of what a client sent as can stand in a key: MinIO refuses to list after a key with `..` in it. It sorts no later than all of it, so that nothing is
 * left out.
 */
function beginningOf(last: string): string {
  const [usable = ''] = /^[\w./-]*/.exec(last.slice(0, longestName)) ?? []
  // An empty component, `.` or `..`.
  const end = usable.search(/(?<=^|\/)\.{0,2}(?:\/|$)/)
  return end === -1 ? usable : usable.slice(0, end)
}

/** Of a repository; that of a tag is shorter. */
const longestName = 255

/** Whether a name that sorts before this one, and is its beginning, has a key that the listing has not reached. */
function mayStillBePreceded(name: string, reached: string, { delimiter, last }: Folder): boolean {
  for (let length = name.length - 1; length > 0; length -= 1) {
    const beginning = name.slice(0, length)
    if (beginning > last && beginning + delimiter > reached + delimiter) return true
  }
  return false
}
