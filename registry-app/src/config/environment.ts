import { expandAuthName } from './check-auth.ts'
import type { Complaint } from './complaint.ts'
import { readYaml } from './read-yaml.ts'
import { refusedKeys } from './refused-keys.ts'
import type { KnownKey } from './schema/known-keys.ts'
import { expandStorageName } from './storage-name.ts'
import { emptyMapping, type List, type Mapping, type Tree } from './tree.ts'
import { findVariablePath, type KeyPath, nearestVariable } from './variable-path.ts'

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
    const bare = name.slice('REGISTRY_'.length).replace(/^STORAGE_S3AWS(?=_|$)/, 'STORAGE_S3')
    const path = findVariablePath(bare, known, root)
    if (path === undefined) {
      const meant = nearestVariable(bare, known)
      const advice = meant === undefined ? 'docs/configuration.md lists the keys' : `did you mean REGISTRY_${meant}?`
      complaints.push({ source: name, path: '', message: `this variable names no known key; ${advice}` })
      continue
    }
    const { tree, complaints: unreadable } = readYaml(value, name, { lines: false })
    complaints.push(...unreadable.map(complaint => ({ ...complaint, path: path.join('.') })))
    if (!tree) continue
    expandStorageName(root)
    expandAuthName(root)
    placed(root, path, tree)
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

/** The tree with `value` at the end of the path; sections and lists that lead there are made where they are missing. */
function placed(parent: Tree | undefined, path: KeyPath, value: Tree): Tree {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list: List = parent?.kind === 'list' ? parent : { kind: 'list', place: value.place, items: [] }
    list.items[step] = placed(list.items[step], rest, value)
    return list
  }
  const mapping = parent?.kind === 'mapping' ? parent : emptyMapping(value.place)
  const entry = mapping.entries.get(step)
  const tree = placed(entry?.tree, rest, value)
  mapping.entries.set(step, { place: entry && tree === entry.tree ? entry.place : value.place, tree })
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
