import { secretsFolder } from '../../environment/reach-config.ts'
import { Fn, type TerraformVariable } from '../tf.ts'

/** Something that the registry reads from a file, since the variables of a container are seen by whoever may ask the engine. */
export interface RegistrySecret {
  /** The file's name. */
  readonly file: string
  /** The registry's variable whose value is in the file. Absent: a key of its configuration names the file. */
  readonly variable?: string
  /** As Terraform's template. */
  readonly value: string
  /** The variable that it comes from, where that may be empty: then there is none. */
  readonly from?: TerraformVariable
}

/** What tells the registry of its secrets: variables that name files. One that is empty counts as not given; an empty file would be a mistake. */
export function secretVariables(secrets: readonly RegistrySecret[]): string[] {
  return secrets.flatMap(({ file, variable, from }) => {
    if (variable === undefined) return []
    const path = `${secretsFolder}/${file}`
    // Whether there is one is no secret; without that word the whole list of variables would be.
    return [`${variable}_FILE=${from ? `\${nonsensitive(${from.fqn} != "") ? "${path}" : ""}` : path}`]
  })
}

/** What a file holds: no engine takes an empty one. */
export const secretContent = ({ value, from }: RegistrySecret): string => (from ? Fn.coalesce([value, '-']) : value)

/** Twelve digits that are others for other secrets, and may be in a name: 256 bits of hash are cut to 48, of all secrets together. */
export function secretsHash(secrets: readonly RegistrySecret[]): string {
  return Fn.substr(Fn.nonsensitive(Fn.sha256(Fn.join('\n', secrets.map(secretContent)))), 0, 12)
}
