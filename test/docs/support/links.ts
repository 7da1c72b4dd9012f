/** Links of Markdown, and what they lead to within a page. */
export interface Link {
  readonly target: string
  /** Counted from 1. */
  readonly line: number
}

/** Those of the prose: `[text](target)`, `![picture](target)`, `[label]: target`, and `src="…"` and `href="…"`. */
export function linksIn(prose: readonly string[]): readonly Link[] {
  return prose.flatMap((line, index) => {
    const text = withoutCode(line)
    const found = [/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g, /^\[[^\]]+\]:\s*(\S+)/g, /(?:src|srcset|href)="([^"]+)"/g]
    return found.flatMap(pattern => [...text.matchAll(pattern)].map(([, target = '']) => ({ target, line: index + 1 })))
  })
}

/** What a page can be entered by: its headings as GitHub names them, and `id="…"` or `name="…"`. */
export function anchorsIn(prose: readonly string[]): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  for (const line of prose) {
    for (const [, id = ''] of line.matchAll(/(?:id|name)="([^"]+)"/g)) anchors.add(id)
    const heading = headingOf(line)
    if (!heading) continue
    const slug = slugOf(heading.title)
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    anchors.add(before === 0 ? slug : `${slug}-${before}`)
  }
  return anchors
}

export function headingOf(line: string): { level: number; title: string } | undefined {
  const [, marks = '', title = ''] = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line) ?? []
  return marks === '' ? undefined : { level: marks.length, title }
}

/** As github-slugger has it: small letters, no punctuation but - and _, a dash for each space. */
function slugOf(title: string): string {
  return title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** What stands between backquotes is no link. */
const withoutCode = (line: string) => line.replaceAll(/(`+)(?:(?!\1).)+\1/g, '')
