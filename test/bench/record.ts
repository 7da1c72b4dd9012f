import { readFile, writeFile } from 'node:fs/promises'

const begin = '<!-- results: begin -->'
const end = '<!-- results: end -->'

/** Puts results between the two markers of a Markdown file, in place of what stood there. */
export async function record(file: string, results: string): Promise<void> {
  await writeFile(file, between(await readFile(file, 'utf8'), results))
}

export function between(text: string, results: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the file has no lines "${begin}" and "${end}", in this order`)
  return `${text.slice(0, from + begin.length)}\n\n${results}\n\n${text.slice(to)}`
}
