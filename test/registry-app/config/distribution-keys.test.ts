import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { refusedKeys } from '../../../registry-app/src/config/refused-keys.ts'
import { load } from './complaints-of.ts'
import { version2, version3 } from './distribution-keys.ts'

const keys = [...version3, ...version2].map(([path, value, variable]) => ({ path, value, variable }))

/** What must stand in a file beside the key. */
function neededBy(path: string): object {
  const [, driver = 'inmemory'] = /^storage\.(filesystem|s3aws|s3)\./.exec(path) ?? []
  return { storage: { [driver]: driver.startsWith('s3') ? { bucket: 'b', region: 'eu-west-1', encrypt: true } : {} } }
}

/** The tree with the value at its path, where `0` is the first element of a list. */
function withValue(tree: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (step === '0') return [withValue(undefined, rest, value)]
  const section = typeof tree === 'object' && tree !== null ? { ...tree } : {}
  return { ...section, [step]: withValue(Object.entries(section).find(([name]) => name === step)?.[1], rest, value) }
}

/** The configuration, or what is wrong with it, without the places. */
function meaningOf(file: unknown, environment: Record<string, string> = {}) {
  try {
    return { config: load(JSON.stringify(file), environment).config, complaints: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { complaints: error.complaints.map(({ path, message }) => ({ path, message })) }
  }
}

const meaningInFile = (path: string, value: unknown) => meaningOf(withValue(neededBy(path), path.split('.'), value))

/** Whether it is about this key, or a section around it. What else is missing beside it is another matter. */
const isAbout = (complained: string, path: string) => `${path}.`.startsWith(`${complained}.`)

/** In capitals, but for the name of a header. */
const variableOf = (path: string) =>
  path
    .split('.')
    .join('_')
    .toUpperCase()
    .replace(/X-FRAME-OPTIONS$/, 'X-Frame-Options')

describe("a key of Distribution's", () => {
  test.each(keys)('$path is honoured, or refused with what to do instead', ({ path, value }) => {
    const complaints = meaningInFile(path, value).complaints.filter(complaint => isAbout(complaint.path, path))
    const reasons = refusedKeys.filter(refused => isAbout(refused.path, path)).map(({ reason }) => reason)
    expect(complaints.map(({ message }) => message)).toEqual(reasons)
  })

  test.each(keys)('$path means the same as a variable', ({ path, value, variable = variableOf(path) }) => {
    const meant = meaningInFile(path, value)
    for (const name of [variableOf(path), variable]) {
      expect(meaningOf(neededBy(path), { [`REGISTRY_${name}`]: JSON.stringify(value) }), name).toEqual(meant)
    }
  })
})
