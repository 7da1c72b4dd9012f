import { expandAuthName } from './check-auth.ts'
import type { Complaint } from './complaint.ts'
import { readValueFile } from './read-value-file.ts'
import { readYaml } from './read-yaml.ts'
import { refusedKeys } from './refused-keys.ts'
import { type KnownKey, keyAt } from './schema/known-keys.ts'
import { expandStorageName, renameStorageAlias } from './storage-name.ts'
import { emptyMapping, type List, type Mapping, type Tree } from './tree.ts'
import { fileEnding, inLayers, keyName, withoutFileEnding } from './variable-name.ts'
import { findVariablePath, type KeyPath, nearestVariable } from './variable-path.ts'

/** The process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the variables are laid over, and read with. */
export interface Surroundings {
  readonly known: KnownKey
  /** Reads the files that `_FILE` variables name. */
  readonly readFile: (path: string) => string
}

/**
 * Lays the `REGISTRY_*` variables over what the file said, as Distribution's `configuration/parser.go` does: their values are YAML, each
 * replaces what stands at its key, whole sections too, and the shorter name is applied before the longer. Beyond that, `_FILE` at the end of a name
 * means that the value is in a file; Distribution passes over such a variable.
 */
export function applyEnvironment(
  root: Mapping,
  environment: Environment,
  { known, readFile }: Surroundings,
  complaints: Complaint[],
): void {
  const givenBy = new Map<string, string>()
  for (const { variable, name, value } of registryVariables(environment)) {
    const complain = (message: string, path = '') => complaints.push({ source: variable, path, message })
    const refused = refusedKeys.find(key => isAt(name, key.path))
    if (refused) {
      if (value.trim() !== '') complain(refused.reason, refused.path)
      continue
    }
    const direct = findVariablePath(name, known, root)
    const path = direct ?? (name.endsWith(fileEnding) ? findVariablePath(withoutFileEnding(name), known, root) : undefined)
    const key = path && keyAt(known, path)
    if (path === undefined || key === undefined) {
      const meant = nearestVariable(name, known)
      const advice = meant === undefined ? 'docs/configuration.md lists the keys' : `did you mean REGISTRY_${meant}?`
      complain(`this variable names no known key; ${advice}`)
      continue
    }
    // Empty is how a variable that nobody has set often looks.
    if (!direct && value === '') continue
    const written = path.join('.')
    const other = givenBy.get(written)
    if (other !== undefined) complain(`${other} gives this key too; leave one of them`, written)
    if (value !== '') givenBy.set(written, variable)
    const file = { path: value, variable, key, readFile }
    const { tree, complaints: unreadable } = direct ? readYaml(value, variable, { lines: false }) : readValueFile(file)
    complaints.push(...unreadable.map(complaint => ({ ...complaint, path: written })))
    if (!tree) continue
    expandStorageName(root)
    renameStorageAlias(root)
    expandAuthName(root)
    placed(root, path, tree)
  }
}

interface Variable {
  /** As it was set. */
  readonly variable: string
  /** Without `REGISTRY_`, as the path of its key names it. */
  readonly name: string
  readonly value: string
}

function registryVariables(environment: Environment): Variable[] {
  return Object.entries(environment)
    .flatMap(([variable, value]) => {
      if (value === undefined || !variable.startsWith('REGISTRY_') || isSomebodyElses(variable, value)) return []
      return [{ variable, name: keyName(variable), value }]
    })
    .toSorted((one, other) => inLayers(one.name, other.name) || inLayers(one.variable, other.variable))
}

function isAt(name: string, path: string): boolean {
  const refused = path.replaceAll('.', '_').toUpperCase()
  return name === refused || name.startsWith(`${refused}_`)
}

/**
 * `REGISTRY_CONFIGURATION` and `REGISTRY_CONFIGURATION_PATH` are read before this; the others come from Kubernetes (and Docker's old links), which describe
 * a service called "registry" to every container in just such variables.
 */
function isSomebodyElses(name: string, value: string): boolean {
  if (name === 'REGISTRY_CONFIGURATION' || name === 'REGISTRY_CONFIGURATION_PATH') return true
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
