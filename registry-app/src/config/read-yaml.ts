import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLError,
} from 'yaml'
import type { Complaint } from './complaint.ts'
import { emptyMapping, type Mapping, type Place, type Tree } from './tree.ts'

/**
 * Reads one YAML document into a tree in which everything knows its place.
 *
 * It is read as YAML 1.1, as Distribution reads it (`no` is false, `<<` merges), and strictly: a key twice, or a tag nobody knows, is a complaint.
 * No message repeats the text: it may be a secret that wanted quotes.
 */
export function readYaml(text: string, source: string, options: { lines: boolean }): { tree?: Tree; complaints: readonly Complaint[] } {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { version: '1.1', lineCounter, prettyErrors: false, keepSourceTokens: false, logLevel: 'error' })
  const placeAt = (offset: number): Place => {
    if (!options.lines) return { source }
    const { line, col } = lineCounter.linePos(offset)
    return { source, line, column: col }
  }
  const complaints = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    ...placeAt(pos[0]),
    path: '',
    message: `this is not readable as YAML: ${explanations[code] ?? message}`,
  }))
  if (complaints.length > 0) return { complaints }
  try {
    return { tree: new Converter(document, placeAt).convert(document.contents), complaints }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { complaints: [{ ...error.place, path: '', message: error.message }] }
  }
}

/** In place of messages that would repeat the text, or speak to programmers. */
const explanations: Partial<Record<YAMLError['code'], string>> = {
  BAD_DQ_ESCAPE: 'a backslash in "double quotes" begins an escape that does not exist; \'single quotes\' take backslashes as they are',
  BAD_SCALAR_START: 'a value that begins with such a character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys on one line, or a value with a colon and a space in it, which needs quotes',
  MULTIPLE_DOCS: 'one document is expected, and --- begins another',
  TAG_RESOLVE_FAILED: 'a value that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'something stands here that does not belong here; is a value in need of quotes?',
}

class Unreadable extends Error {
  readonly place: Place
  constructor(place: Place, message: string) {
    super(message)
    this.place = place
  }
}

class Converter {
  /** Far above any real file; a few lines of aliases to aliases would otherwise fill the memory. */
  #nodesLeft = 20_000
  readonly #document: Document
  readonly #placeAt: (offset: number) => Place

  constructor(document: Document, placeAt: (offset: number) => Place) {
    this.#document = document
    this.#placeAt = placeAt
  }

  convert(node: Node | null, fallback: Place = this.#placeAt(0)): Tree {
    const place = node?.range ? this.#placeAt(node.range[0]) : fallback
    if (--this.#nodesLeft < 0) throw new Unreadable(place, 'its aliases grow without end')
    if (isAlias(node)) {
      const target = node.resolve(this.#document)
      if (!target || (isCollection(target) && this.#open.has(target))) {
        throw new Unreadable(place, 'this is not readable as YAML: a value that begins with * needs quotes, or an &anchor before it')
      }
      return this.convert(target, place)
    }
    if (isMap(node)) return this.#within(node, () => this.#mapping(node.items as readonly Item[], place))
    if (isSeq(node)) {
      return this.#within(node, () => ({ kind: 'list', place, items: node.items.map(item => this.convert(item as Node | null, place)) }))
    }
    return { kind: 'scalar', place, ...scalarValue(node && isScalar(node) ? node : undefined) }
  }

  readonly #open = new Set<Node>()

  #within<T>(node: Node, convert: () => T): T {
    this.#open.add(node)
    try {
      return convert()
    } finally {
      this.#open.delete(node)
    }
  }

  #mapping(items: readonly Item[], place: Place): Mapping {
    const mapping = emptyMapping(place)
    const merged: Tree[] = []
    for (const { key, value } of items) {
      const keyPlace = key?.range ? this.#placeAt(key.range[0]) : place
      if (!isScalar(key)) throw new Unreadable(keyPlace, 'this is not readable: a key must be a word')
      const tree = this.convert(value, keyPlace)
      if (typeof key.value === 'symbol') merged.push(...(tree.kind === 'list' ? tree.items : [tree]))
      else mapping.entries.set(key.source ?? String(key.value), { place: keyPlace, tree })
    }
    for (const source of merged) {
      if (source.kind !== 'mapping') throw new Unreadable(source.place, 'only sections can be merged with <<')
      // What stands in the section itself wins, and of several sources the first (https://yaml.org/type/merge.html).
      for (const [name, entry] of source.entries) if (!mapping.entries.has(name)) mapping.entries.set(name, entry)
    }
    return mapping
  }
}

interface Item {
  readonly key: Node | null
  readonly value: Node | null
}

function scalarValue(node: Scalar | undefined): { value: string | number | boolean | null; text: string } {
  const { value = null, source } = node ?? {}
  const text = source ?? (value === null ? '' : String(value))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { value, text }
  // Dates and other things that YAML 1.1 knows and a configuration does not are the text that they were.
  return { value: value === null ? null : text, text }
}
