/** One command of a script: `VARIABLE=value program word word`. */
export interface ShellCommand {
  readonly variables: Readonly<Record<string, string>>
  /** Without quotes; what the shell would put in place of `$…` stands as it was written. */
  readonly words: readonly string[]
}

/** Words that a shell keeps for itself, before a command. */
const leading = new Set(['do', 'then', 'else', 'if', 'while', '!', '{'])
const alone = new Set(['done', 'fi', '}', 'esac'])

/**
 * The commands of a script, in their order, those within `$(…)` before the one that uses them. It knows what pages are written in, and no more: words, quotes,
 * comments, lists, pipes, redirections, `for`.
 *
 * @throws Error where a quote or a bracket is never closed
 */
export function commandsIn(script: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  let words: string[] = []
  const end = () => {
    const rest = words.slice(words.findIndex(word => !leading.has(word)))
    if (words.some(word => !leading.has(word)) && !alone.has(rest[0] ?? '') && rest[0] !== 'for') commands.push(commandOf(rest))
    words = []
  }
  for (const token of tokensOf(script, inner => commands.push(...commandsIn(inner)))) {
    if (token.kind === 'end') end()
    else words.push(token.text)
  }
  end()
  return commands
}

function commandOf(words: readonly string[]): ShellCommand {
  const assigned = /^([A-Za-z_][\w-]*)=(.*)$/s
  const first = words.findIndex(word => !assigned.test(word))
  const count = first === -1 ? words.length : first
  const variables = words.slice(0, count).map(word => assigned.exec(word)?.slice(1, 3) as [string, string])
  return { variables: Object.fromEntries(variables), words: words.slice(count) }
}

type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: 'end' }

function* tokensOf(script: string, substituted: (inner: string) => void): Generator<Token> {
  let word: string | undefined
  let at = 0
  /** The next word is where a redirection leads. */
  let redirected = false
  const finish = (): Token[] => {
    const found: Token[] = word === undefined || redirected ? [] : [{ kind: 'word', text: word }]
    if (word !== undefined) redirected = false
    word = undefined
    return found
  }
  while (at < script.length) {
    const rest = script.slice(at)
    const [space] = /^(?:[ \t]|\\\n)+/.exec(rest) ?? []
    const [comment] = word === undefined ? (/^#.*/.exec(rest) ?? []) : []
    const [redirection] = /^(?:\d*(?:>>|>&|>|<)(?:\d+|-)?)/.exec(rest) ?? []
    const [separator] = /^(?:&&|\|\||[\n;|&()])/.exec(rest) ?? []
    if (space || comment) {
      yield* finish()
      at += (space ?? comment ?? '').length
    } else if (redirection && (word === undefined || /^\d*$/.test(word))) {
      word = undefined
      redirected = !/\d$|-$/.test(redirection)
      at += redirection.length
    } else if (separator) {
      yield* finish()
      yield { kind: 'end' }
      at += separator.length
    } else {
      const { text, length } = piece(rest, substituted)
      word = (word ?? '') + text
      at += length
    }
  }
  yield* finish()
}

/** The beginning of a word that is of one kind. */
function piece(rest: string, substituted: (inner: string) => void): { text: string; length: number } {
  if (rest.startsWith('$(')) {
    const length = closing(rest)
    substituted(rest.slice(2, length - 1))
    return { text: rest.slice(0, length), length }
  }
  if (rest.startsWith("'")) {
    const end = rest.indexOf("'", 1)
    if (end === -1) throw new Error(`a quote is never closed: ${rest}`)
    return { text: rest.slice(1, end), length: end + 1 }
  }
  if (rest.startsWith('"')) return doubleQuoted(rest, substituted)
  if (rest.startsWith('\\')) return { text: rest.slice(1, 2), length: 2 }
  return { text: rest.slice(0, 1), length: 1 }
}

function doubleQuoted(rest: string, substituted: (inner: string) => void): { text: string; length: number } {
  let text = ''
  let at = 1
  while (rest[at] !== '"') {
    if (at >= rest.length) throw new Error(`a quote is never closed: ${rest}`)
    if (rest.startsWith('$(', at)) {
      const { text: inner, length } = piece(rest.slice(at), substituted)
      text += inner
      at += length
    } else {
      if (rest[at] === '\\') at++
      text += rest[at]
      at++
    }
  }
  return { text, length: at + 1 }
}

/** How long `$(…)` is, with brackets within it. */
function closing(rest: string): number {
  let depth = 0
  for (const [at, letter] of [...rest].entries()) {
    if (letter === '(') depth++
    if (letter === ')' && --depth === 0) return at + 1
  }
  throw new Error(`a bracket is never closed: ${rest}`)
}
