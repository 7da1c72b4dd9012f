import { type KnownKey, keyAt, knownKeys } from '../../registry-app/src/config/schema/known-keys.ts'
import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Complaint } from './environment-error.ts'
import { isSecret, variableOf } from './named-secrets.ts'
import { plainValue } from './plain-value.ts'
import type { Engine } from './schema.ts'
import { secretName, secretNames } from './secret-name.ts'

/**
 * Secrets in an environment's `registry` section, and names in their place that name nothing. Such a file is committed, and what is deployed from it is
 * kept in states and templates.
 *
 * @param engine by which it is deployed, where the file says so
 */
export function checkSecrets(root: Tree, engine: Engine | undefined): readonly Complaint[] {
  const { tree } = placeOf(root, ['registry'])
  return [...secretsIn(tree, knownKeys(), false)].flatMap(([path, secret, isNamed]) => {
    const said = { ...secret.place, path: ['registry', ...path].join('.') }
    if (!isNamed) return [{ ...said, value: '***', message: `is a secret, and has no place in this file: ${instead(path, engine)}` }]
    const name = secretName(plainValue(secret))
    const message = engine && secretNames[engine].safeParse(name).error?.issues[0]?.message
    if (message !== undefined) return [{ ...said, path: `${said.path}.secret`, message, ...(name === undefined ? {} : { value: name }) }]
    // A header's name may be anything, and a variable of the registry has to lead there.
    return /^\w+$/.test(variableOf(path)) ? [] : [{ ...said, message: 'must stand below a name of letters, digits and dashes' }]
  })
}

/** What to write. */
function instead(path: readonly string[], engine: Engine | undefined): string {
  const ways = {
    cdktf: 'write {secret: NAME} in its place, and give it as the variable TF_VAR_secret_NAME',
    cdk: 'write {secret: ARN} in its place, of a secret in Secrets Manager whose text it is',
  }
  const way = engine === undefined ? 'write {secret: NAME} in its place' : ways[engine]
  if (path.join('.') === 'http.secret') return `without it the registry makes one, and keeps it in its storage; else ${way}`
  if (path[0] === 'proxy') return `this file's own cache section says where it is; or ${way}`
  return way
}

/** What is written of the keys whose values are secrets, also in lists and below names that anybody may choose, and whether that names a secret. */
function* secretsIn(
  tree: Tree | undefined,
  known: KnownKey | undefined,
  within: boolean,
  path: readonly string[] = [],
): Generator<readonly [path: readonly string[], tree: Tree, isNamed: boolean]> {
  if (!tree || isNull(tree)) return
  const concealed = within || known?.secret === true
  if (isSecret(known) && secretName(plainValue(tree)) !== undefined) return yield [path, tree, true]
  if (tree.kind === 'scalar') {
    if (concealed && !isOpenAddress(tree, path)) yield [path, tree, false]
    return
  }
  const below = tree.kind === 'list' ? [...tree.items.entries()] : [...tree.entries].map(([name, entry]) => [name, entry.tree] as const)
  for (const [name, each] of below) yield* secretsIn(each, known && keyAt(known, [name]), concealed, [...path, String(name)])
}

/** Of what is asked by its address, that alone is no secret, unless a name and a password stand in it. */
const isOpenAddress = (tree: Tree, path: readonly string[]) =>
  /^ur[il]$/.test(path.at(-1) ?? '') && tree.kind === 'scalar' && !/^https?:\/\/[^/]*@/.test(tree.text)
