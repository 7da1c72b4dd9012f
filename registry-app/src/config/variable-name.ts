/**
 * Where Distribution's variables have another name than the path of the key: they follow its Go fields (`configuration/parser.go`, `overwriteStruct`),
 * and these are the fields that are not called as their keys are (`configuration/configuration.go`, read by reflection).
 */
const goNames: readonly (readonly [field: RegExp, key: string])[] = [
  [/^HEALTH_(FILE|HTTP|TCP)CHECKERS(?=_|$)/, 'HEALTH_$1'],
  [/^NOTIFICATIONS_EVENTCONFIG(?=_|$)/, 'NOTIFICATIONS_EVENTS'],
  [/^LOG_HOOKS_(\d+)_MAILOPTIONS(?=_|$)/, 'LOG_HOOKS_$1_OPTIONS'],
  [/^COMPATIBILITY_SCHEMA1_TRUSTKEY$/, 'COMPATIBILITY_SCHEMA1_SIGNINGKEYFILE'],
  // The driver's second name.
  [/^STORAGE_S3AWS(?=_|$)/, 'STORAGE_S3'],
]

/** A variable as the key's path names it, whichever of its names it came under; `REGISTRY_` is taken off. */
export function keyName(variable: string): string {
  const name = variable.slice('REGISTRY_'.length)
  return goNames.reduce((renamed, [field, key]) => renamed.replace(field, key), name)
}

/** The ending of a variable that does not give a value but the path of a file with it. */
export const fileEnding = '_FILE'

export const withoutFileEnding = (name: string) => (name.endsWith(fileEnding) ? name.slice(0, -fileEnding.length) : name)

/**
 * The order in which variables are laid over the file: as Distribution sorts them, so that a section comes before what lies in it, but 10 comes after
 * 9, since a list is filled in its order. A section from a file counts as the section.
 *
 * @param one what `keyName` makes of a variable
 */
export function inLayers(one: string, other: string): number {
  return byParts(withoutFileEnding(one), withoutFileEnding(other)) || byParts(one, other)
}

function byParts(one: string, other: string): number {
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
