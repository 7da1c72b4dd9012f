/** An element of one of S3's answers. They have no attributes that mean anything. */
export interface XmlElement {
  /** Without a namespace's prefix. */
  name: string
  /** Its own text, entities resolved. */
  text: string
  children: XmlElement[]
}

/**
 * Reads what S3 answers: elements and text, and no more of XML than that. No entity is expanded but the five of XML and characters by number, and
 * a document type is refused, so that no answer becomes larger than it was sent.
 *
 * @throws SyntaxError if it is not well-formed
 */
export function parseXml(source: string): XmlElement {
  const top: XmlElement = { name: '', text: '', children: [] }
  const open: XmlElement[] = [top]
  let at = 0

  while (at < source.length) {
    const start = source.indexOf('<', at)
    const inside = open[open.length - 1] ?? top
    inside.text += resolve(source.slice(at, start < 0 ? source.length : start))
    if (start < 0) break

    if (source.startsWith('<![CDATA[', start)) {
      const end = endOf(source, ']]>', start)
      inside.text += source.slice(start + '<![CDATA['.length, end - ']]>'.length)
      at = end
    } else if (source.startsWith('<!--', start)) {
      at = endOf(source, '-->', start)
    } else if (source.startsWith('<!', start)) {
      throw new SyntaxError('the answer has a document type')
    } else {
      at = endOf(source, '>', start)
      readTag(source.slice(start + 1, at - 1), open)
    }
  }

  const [root, ...more] = top.children
  if (!root || more.length > 0 || open.length > 1) throw new SyntaxError('the answer is not one whole XML element')
  return root
}

function readTag(tag: string, open: XmlElement[]): void {
  if (tag.startsWith('?')) return
  if (tag.startsWith('/')) {
    const closed = open.length > 1 && open.pop()
    if (!closed || closed.name !== nameIn(tag.slice(1))) throw new SyntaxError(`the answer closes ${tag.slice(1)}, which is not open`)
    return
  }
  const element: XmlElement = { name: nameIn(tag), text: '', children: [] }
  open[open.length - 1]?.children.push(element)
  if (!tag.endsWith('/')) open.push(element)
}

/** `s3:Key xmlns="…"` → `Key` */
function nameIn(tag: string): string {
  const name = /^(?:[^\s:/]+:)?([^\s:/]+)/.exec(tag)?.[1]
  if (name === undefined) throw new SyntaxError('the answer has a tag without a name')
  return name
}

function endOf(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from)
  if (at < 0) throw new SyntaxError('the answer was cut short')
  return at + mark.length
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function resolve(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? whole
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/** The text of its first child of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find(child => child.name === name)?.text
}

/** All its children of that name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(child => child.name === name)
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, each => escapes[each] ?? each)
}
