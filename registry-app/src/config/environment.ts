import type { Complaint } from './complaint.ts'
import { readYaml } from './read-yaml.ts'
import { refusedKeys } from './refused-keys.ts'
import type { KnownKey } from './schema/known-keys.ts'
import { emptyMapping, isNull, type Mapping, type Tree } from './tree.ts'
import { findVariablePath, nearestVariable } from './variable-path.ts'

/** The process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Lays the `REGISTRY_*` variables over what the file said, as Distribution's `configuration/parser.go` does: their values are YAML, each
 * replaces what stands at its key, whole sections too, and the shorter name is applied before the longer.
 */
export function applyEnvironment(root: Mapping, environment: Environment, known: KnownKey, complaints: Complaint[]): void {
  for (const name of Object.keys(environment).toSorted(byNameAndNumber)) {
    const value = environment[name]
    if (value === undefined || !name.startsWith('REGISTRY_') || isSomebodyElses(name, value)) continue
    const refused = refusedKeys.find(key => isAt(name, key.variable ?? key.path) || isAt(name, key.path))
    if (refused) {
      if (value.trim() !== '') complaints.push({ source: name, path: refused.path, message: refused.reason })
      continue
    }
    const path = findVariablePath(name.slice('REGISTRY_'.length), known, root)
    if (path === undefined) {
      const meant = nearestVariable(name, known)
      const advice = meant === undefined ? 'docs/configuration.md lists the keys' : `did you mean ${meant}?`
      complaints.push({ source: name, path: '', message: `this variable names no known key; ${advice}` })
      continue
    }
    const { tree, complaints: unreadable } = readYaml(value, name, { lines: false })
    complaints.push(...unreadable.map(complaint => ({ ...complaint, path: path.join('.') })))
    if (tree) put(root, path, tree)
  }
}

function isAt(variable: string, path: string): boolean {
  const name = `REGISTRY_${path.replaceAll('.', '_').toUpperCase()}`
  return variable === name || variable.startsWith(`${name}_`)
}

/**
 * `REGISTRY_CONFIGURATION_PATH` is read before this; the others come from Kubernetes (and Docker's old links), which describe
 * a service called "registry" to every container in just such variables.
 */
function isSomebodyElses(name: string, value: string): boolean {
  if (name === 'REGISTRY_CONFIGURATION_PATH') return true
  if (/^REGISTRY_(\w+_)?SERVICE_(HOST|PORT(_\w+)?)$/.test(name)) return true
  return /^REGISTRY_(\w+_)?PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/.test(name) && (/_\d+_/.test(name) || /^\w+:\/\//.test(value))
}

/** Puts a value in its place and makes the sections and lists that lead there. */
function put(root: Mapping, path: readonly string[], tree: Tree): void {
  const [name = '', ...rest] = path
  const place = tree.place
  if (rest.length === 0) {
    root.entries.set(name, { place, tree })
    return
  }
  let child = root.entries.get(name)?.tree
  if (child?.kind === 'list') {
    const [index = '', ...deeper] = rest
    child.items[Number(index)] = deeper.length === 0 ? tree : within(child.items[Number(index)], deeper, tree)
    return
  }
  if (/^\d+$/.test(rest[0] ?? '') && (child === undefined || isNull(child))) {
    child = { kind: 'list', place, items: [rest.length === 1 ? tree : within(undefined, rest.slice(1), tree)] }
    root.entries.set(name, { place, tree: child })
    return
  }
  const mapping = within(child, rest, tree)
  if (mapping !== child) root.entries.set(name, { place, tree: mapping })
}

function within(parent: Tree | undefined, path: readonly string[], tree: Tree): Mapping {
  const mapping = parent?.kind === 'mapping' ? parent : emptyMapping(tree.place)
  // `storage: filesystem` is a section with one empty key.
  if (parent?.kind === 'scalar' && parent.value !== null) {
    mapping.entries.set(parent.text, { place: parent.place, tree: emptyMapping(parent.place) })
  }
  put(mapping, path, tree)
  return mapping
}

/** As Distribution sorts, but 10 comes after 9: a list is filled in its order. */
function byNameAndNumber(one: string, other: string): number {
  const [ones, others] = [one.split('_'), other.split('_')]
  for (const [index, part] of ones.entries()) {
    const counterpart = others[index]
    if (counterpart === undefined) return 1
    if (part === counterpart) continue
    if (/^\d+$/.test(part) && /^\d+$/.test(counterpart)) return Number(part) - Number(counterpart)
    return part < counterpart ? -1 : 1
  }
  return ones.length - others.length
}
