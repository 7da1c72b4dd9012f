import { putObject } from '../../s3/put-object.ts'
import type { Patient } from '../patient.ts'
import { bad, expect, good, lacking, type Probe } from '../probe.ts'
import { listAll } from './listing.ts'

const names = ['list/a', 'list/b-', 'list/b/c', 'list/d', 'list/e']

/** ListObjects in version 2: three pages, in byte order, and from a name on that is not there. */
export const listV2: Probe = {
  name: 'list, version 2',
  without: 'version 1 is used',
  async ask(patient) {
    const keys = await store(patient)
    const { keys: found, second } = await listAll(patient, 2, { prefix: patient.key('list/'), 'max-keys': '2' })
    if (!second) return lacking('it answers in version 1: the registry uses that', { listV2: false })
    expect(same(found, keys), `the list of ${keys.length} keys came back as ${found.length}, or in another order`)
    const { keys: later } = await listAll(patient, 2, { prefix: patient.key('list/'), 'start-after': patient.key('list/b.') })
    expect(same(later, keys.slice(2)), 'it does not begin after the name that was given')
    return good('pages, order and beginning are right', { listV2: true })
  },
}

/** The same in version 1, which is all that old stores know. */
export const listV1: Probe = {
  name: 'list, version 1',
  // One of both is needed.
  without: ({ listV2 }) => (listV2 ? 'version 2 is used' : undefined),
  async ask(patient) {
    const keys = await store(patient)
    const { keys: found } = await listAll(patient, 1, { prefix: patient.key('list/'), 'max-keys': '2' })
    if (same(found, keys)) return good('pages and order are right', { listV1: true })
    const says = `the list of ${keys.length} keys came back as ${found.length}, or in another order`
    return patient.facts.listV2 ? lacking(says, { listV1: false }) : bad(says, { listV1: false })
  },
}

async function store(patient: Patient): Promise<readonly string[]> {
  const bucket = await patient.bucket()
  const keys = names.map(name => patient.key(name))
  for (const key of keys) await putObject(bucket, key, [Buffer.from(key)], { signal: patient.signal })
  return keys
}

const same = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((each, at) => each === others[at])
