import { putObject } from '../../s3/put-object.ts'
import type { Patient } from '../patient.ts'
import { bad, type Finding, good, lacking, type Probe } from '../probe.ts'
import { EndlessList, listAll } from './listing.ts'

/** A registry in small: two repositories, and one that is nested. */
const names = ['one/_layers/a', 'one/_layers/b', 'one/_manifests/a', 'two/_layers/a', 'two/nested/_layers/a']

/** Tags are listed by folding at `/`. */
export const slash: Probe = {
  name: 'list, delimiter /',
  async ask(patient) {
    const { keys, prefixes } = await folded(patient, '/')
    const right = keys.length === 0 && sameNames(patient, prefixes, ['one/', 'two/'])
    return right
      ? good('names are grouped (CommonPrefixes)')
      : bad(`"one/" and "two/" came back as ${said(patient, [...prefixes, ...keys])}`)
  },
}

/** A whole repository folds into one name, nested ones too: no component of a name begins with `_`. The catalog is listed so. */
export const slashUnderscore: Probe = {
  name: 'list, delimiter /_',
  without: 'the catalog is remembered, and its first filling walks over every key',
  async ask(patient) {
    const { keys, prefixes } = await folded(patient, '/_')
    if (keys.length > 0 || !sameNames(patient, [...new Set(prefixes)], ['one/_', 'two/_', 'two/nested/_'])) {
      return lacking(`three repositories came back as ${said(patient, [...prefixes, ...keys])}`)
    }
    return (await counts(patient)) ?? good('repositories are grouped (CommonPrefixes), and count once')
  },
}

/** @returns what is wrong where a page has room for less than a repository's keys, if anything */
async function counts(patient: Patient): Promise<Finding | undefined> {
  try {
    const { prefixes } = await folded(patient, '/_', '1')
    return prefixes.length > 3
      ? lacking('repositories are grouped (CommonPrefixes), but the keys below count: a name comes on several pages')
      : undefined
  } catch (cause) {
    if (!(cause instanceof EndlessList)) throw cause
    // Seen on MinIO: it goes on from the folded name, and so from its beginning.
    return lacking(
      'repositories are grouped (CommonPrefixes), but the keys below count, and a list never gets past a repository that has more of them than a page',
    )
  }
}

async function folded(patient: Patient, delimiter: string, pageSize?: string) {
  const bucket = await patient.bucket()
  for (const name of names) await putObject(bucket, patient.key(`fold/${name}`), [Buffer.from(name)], { signal: patient.signal })
  const version = patient.facts.listV2 ? 2 : 1
  return listAll(patient, version, { prefix: patient.key('fold/'), delimiter, ...(pageSize ? { 'max-keys': pageSize } : {}) })
}

const sameNames = (patient: Patient, found: readonly string[], expected: readonly string[]) =>
  found.length === expected.length && expected.every((name, at) => found[at] === patient.key(`fold/${name}`))

const said = (patient: Patient, found: readonly string[]) =>
  found.length === 0 ? 'nothing' : found.map(each => JSON.stringify(each.replace(patient.key('fold/'), ''))).join(', ')
