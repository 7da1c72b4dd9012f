import type { Page } from './markdown-files.ts'

/** What stands between two fences. */
export interface Block {
  /** As an error names it: `docs/tls.md:15`. */
  readonly where: string
  readonly file: string
  /** The first word behind the fence; empty where there is none. */
  readonly language: string
  readonly text: string
  /** Why nothing checks it, where a comment in the line above says so: `<!-- unchecked: Prometheus reads it -->`. */
  readonly unchecked?: string
}

export interface Dissected {
  readonly blocks: readonly Block[]
  /** All lines outside of blocks; an empty one for each within, so that their numbers stay. */
  readonly prose: readonly string[]
}

const fence = /^(\s*)(```+)\s*(\S*)/

/** @throws Error where a fence is never closed */
export function dissect({ file, text }: Page): Dissected {
  const blocks: Block[] = []
  const prose: string[] = []
  let open: { line: number; end: RegExp; language: string; indent: number; lines: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (open) {
      prose.push('')
      if (!open.end.test(line)) {
        open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
        continue
      }
      const [, unchecked] = /^\s*<!-- unchecked: (.+) -->$/.exec(prose[open.line - 1] ?? '') ?? []
      const { language, lines } = open
      blocks.push({ where: `${file}:${open.line + 1}`, file, language, text: lines.join('\n'), ...(unchecked ? { unchecked } : {}) })
      open = undefined
      continue
    }
    const [, indent = '', ticks = '', language = ''] = fence.exec(line) ?? []
    if (ticks) open = { line: index, end: new RegExp(`^\\s*${ticks}\\s*$`), language, indent: indent.length, lines: [] }
    prose.push(ticks ? '' : line)
  }
  if (open) throw new Error(`${file}:${open.line + 1}: this fence is never closed`)
  return { blocks, prose }
}
