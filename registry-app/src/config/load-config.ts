import { checkAccess } from './check-access.ts'
import { checkAuth, expandAuthName } from './check-auth.ts'
import { checkStorage } from './check-storage.ts'
import { type Complaint, ConfigError, formatComplaint, inReadingOrder } from './complaint.ts'
import { deepFreeze } from './deep-freeze.ts'
import { applyEnvironment, type Environment } from './environment.ts'
import { ineffectiveKeys } from './ineffective-keys.ts'
import { complaintOf } from './issue-to-complaint.ts'
import { readTree } from './read-tree.ts'
import { readYaml } from './read-yaml.ts'
import { type Config, configSchema } from './schema/config.ts'
import { knownKeys } from './schema/known-keys.ts'
import { expandStorageName, renameStorageAlias } from './storage-name.ts'
import { emptyMapping, isNull, type Mapping, placeOf, type Tree } from './tree.ts'

export interface LoadOptions {
  /** The file's text, and the name by which complaints call it; absent: the environment says everything. */
  readonly file?: { readonly name: string; readonly text: string }
  /** Of it, `REGISTRY_*` is read; see docs/configuration.md. */
  readonly environment: Environment
  /** Reads what variables such as `REGISTRY_HTTP_SECRET_FILE` name, such as `path => readFileSync(path, 'utf8')`; absent: no file can be named. */
  readonly readFile?: (path: string) => string
}

export interface LoadedConfig {
  readonly config: Config
  /** What was accepted and has no effect, a sentence each; to be logged once. */
  readonly warnings: readonly string[]
  /** What was written, with the place of everything. */
  readonly written: Tree
}

/**
 * Reads the configuration: the file, the `REGISTRY_*` variables over it, checked whole.
 *
 * @throws ConfigError with every complaint at once
 * @example
 * const { config, warnings } = loadConfig({ file: { name: 'config.yml', text: 'storage: inmemory' }, environment: {} })
 */
export function loadConfig({ file, environment, readFile = noFile }: LoadOptions): LoadedConfig {
  const known = knownKeys()
  const complaints: Complaint[] = []
  const { root, readable } = treeOf(file, complaints)
  applyEnvironment(root, environment, { known, readFile }, complaints)
  // Of a file that could not be read, nothing more can be said that would be true.
  if (!readable) throw new ConfigError(inReadingOrder(complaints))
  expandStorageName(root)
  expandAuthName(root)
  renameStorageAlias(root)
  const input = readTree(root, known, complaints)
  complaints.push(...checkStorage(root), ...checkAuth(root), ...checkAccess(root))
  const result = configSchema.safeParse(input, { jitless: true })
  for (const issue of result.error?.issues ?? []) {
    const complaint = complaintOf(issue, root, known)
    if (!complaints.some(other => other.path === complaint.path)) complaints.push(complaint)
  }
  if (result.data === undefined || complaints.length > 0) throw new ConfigError(inReadingOrder(complaints))
  return { config: deepFreeze(result.data), warnings: findWarnings(root, input), written: root }
}

function noFile(): never {
  throw new Error('no files are read here')
}

function treeOf(file: LoadOptions['file'], complaints: Complaint[]): { root: Mapping; readable: boolean } {
  const empty = emptyMapping({ source: file?.name ?? 'configuration' })
  if (!file) return { root: empty, readable: true }
  const { tree, complaints: unreadable } = readYaml(file.text, file.name, { lines: true })
  complaints.push(...unreadable)
  if (tree?.kind === 'mapping') return { root: tree, readable: true }
  if (tree && isNull(tree)) return { root: empty, readable: true }
  if (tree) complaints.push({ ...tree.place, path: '', message: 'the file must be a section with keys such as storage and http' })
  return { root: empty, readable: false }
}

function findWarnings(root: Tree, input: unknown): string[] {
  const warnings: Complaint[] = []
  const at = (path: string) => path.split('.').reduce<unknown>((here, step) => (isRecord(here) ? here[step] : undefined), input)
  for (const { path, warning, value, unless } of ineffectiveKeys) {
    const steps = path.split('.')
    const given = at(path)
    if (unless !== undefined && at(unless) !== undefined) continue
    const asksForNothing = given === undefined || (Array.isArray(given) && given.length === 0)
    if (asksForNothing || (value !== undefined && given !== value)) continue
    warnings.push({ ...placeOf(root, steps).place, path, message: warning })
  }
  if (isRecord(input) && input.loglevel !== undefined) {
    warnings.push({ ...placeOf(root, ['loglevel']).place, path: 'loglevel', message: 'is deprecated: write log.level' })
  }
  return inReadingOrder(warnings).map(formatComplaint)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
