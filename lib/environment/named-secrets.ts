import { type KnownKey, keyAt, knownKeys } from '../../registry-app/src/config/schema/known-keys.ts'
import { secretName } from './secret-name.ts'

/** A secret of the registry that a configuration names, and does not hold. */
export interface NamedSecret {
  readonly name: string
  /** The variable of the registry that gives it; with `_FILE` behind it, the one that names a file. */
  readonly variable: string
}

/**
 * What stands where a secret will be: text, and a URL, so that it passes wherever one is wanted. It is replaced before the registry reads it, and leads
 * nowhere (RFC 2606, 2).
 */
const elsewhere = 'https://given-elsewhere.invalid'

/** A configuration without the names of secrets in it, and these: `{secret: NAME}` stands for any value that the registry takes for a secret. */
export function takeSecrets<Config extends object>(config: Config): { config: Config; secrets: readonly NamedSecret[] } {
  const secrets: NamedSecret[] = []
  const taken = (value: unknown, known: KnownKey | undefined, path: readonly string[]): unknown => {
    const name = isSecret(known) ? secretName(value) : undefined
    if (name !== undefined) {
      secrets.push({ name, variable: variableOf(path) })
      return elsewhere
    }
    const below = (each: unknown, step: string) => taken(each, known && keyAt(known, [step]), [...path, step])
    if (Array.isArray(value)) return value.map((each, index) => below(each, String(index)))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([step, each]) => [step, below(each, step)]))
  }
  return { config: taken(config, knownKeys(), []) as Config, secrets }
}

/** Whether a key holds one value that is a secret; a section of that name may hold anything. */
export const isSecret = (known: KnownKey | undefined): boolean => known?.kind === 'scalar' && known.secret === true

/** No dash is in the name of a variable that every shell and every engine takes. */
export const variableOf = (path: readonly string[]) => `REGISTRY_${path.join('_').toUpperCase().replaceAll('-', '_')}`
