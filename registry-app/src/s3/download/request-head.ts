import type { HeaderFields } from '../bucket.ts'

/** A request without a body, as it goes over the line (RFC 9112, sections 3 and 5). @throws TypeError if a part of it would begin another line */
export function requestHead(line: string, headers: HeaderFields): string {
  const lines = [line, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  for (const each of lines)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(each)) throw new TypeError(`no request can have this in its head: ${JSON.stringify(each)}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
