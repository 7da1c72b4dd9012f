import { Document, isScalar } from 'yaml'
import { formatDuration } from './duration.ts'
import type { LoadedConfig } from './load-config.ts'
import { type KnownKey, knownKeys } from './schema/known-keys.ts'
import { isNull, type Place, placeOf } from './tree.ts'
import { masked, withoutCredentials } from './without-credentials.ts'

/** What a configuration comes to, as a file would say it: every default filled in, durations with their units, secrets masked. */
export function effectiveConfig({ config, written }: Pick<LoadedConfig, 'config' | 'written'>): unknown {
  const shown = (key: KnownKey, value: unknown, path: readonly string[], secret: boolean): unknown => {
    const hidden = secret || key.secret === true
    const below = (child: KnownKey, inner: unknown, name: string) => shown(child, inner, [...path, name], hidden)
    if (key.kind === 'section' && isRecord(value))
      return sectionOf([...key.keys].map(([name, child]) => [name, below(child, value[name], name)]))
    if (key.kind === 'map' && isRecord(value))
      return sectionOf(Object.entries(value).map(([name, inner]) => [name, below(key.item, inner, name)]))
    if (key.kind === 'list' && Array.isArray(value)) return value.map((inner, index) => below(key.item, inner, String(index)))
    if (value === undefined) return undefined
    const { tree } = placeOf(written, path)
    if (hidden || (tree?.kind === 'scalar' && tree.concealed)) return masked
    if (key.type === 'duration' && typeof value === 'number') return formatDuration(value)
    return typeof value === 'string' ? withoutCredentials(value) : value
  }
  return shown(knownKeys(), config, [], false)
}

/** The same as a file, with the place from which each value came beside it. */
export function effectiveYaml(loaded: Pick<LoadedConfig, 'config' | 'written'>): string {
  // As it is read: what version 1.1 would take for something else, such as `no`, gets quotes.
  const document = new Document(effectiveConfig(loaded), { version: '1.1' })
  document.commentBefore = ' A value without a place beside it is a default.'
  const note = (path: readonly string[]) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true)
    if (isScalar(node)) {
      const { place, tree } = placeOf(loaded.written, path)
      if (tree && !isNull(tree)) node.comment = ` ${formatPlace(place)}`
    } else if (typeof node === 'object' && node !== null && 'items' in node) {
      for (const [index, item] of (node.items as readonly object[]).entries())
        note([...path, 'key' in item ? String(item.key) : String(index)])
    }
  }
  note([])
  return document.toString({ lineWidth: 0 })
}

const formatPlace = ({ source, line }: Place) => (line === undefined ? source : `${source}:${line}`)

const sectionOf = (entries: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined))

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
