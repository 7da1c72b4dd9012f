import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { refusedKeys } from '../../../registry-app/src/config/refused-keys.ts'
import { load } from './complaints-of.ts'
import { fileWith, neededBy, version2, version3 } from './distribution-keys.ts'

const keys = [...version3, ...version2].map(([path, value, variable]) => ({ path, value, variable }))

/** The configuration, or what is wrong with it, without the places. */
function meaningOf(file: unknown, environment: Record<string, string> = {}) {
  try {
    return { config: load(JSON.stringify(file), environment).config, complaints: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { complaints: error.complaints.map(({ path, message }) => ({ path, message })) }
  }
}

const meaningInFile = (path: string, value: unknown) => meaningOf(fileWith(path, value))

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
