import { expect, test } from 'vitest'
import type { Diagnosis } from '../../../../registry-app/src/doctor/diagnosis.ts'
import { eventually } from '../../http/support/eventually.ts'
import { expectAnswer } from '../../http/support/expect-answer.ts'
import { found, goodDiagnosis } from '../../ui/support/found.ts'
import { trialUi } from '../../ui/support/trial-ui.ts'
import { gateOf } from './support/gate.ts'

const path = '/v2/_bucket-registry/ui/doctor'
const post = { method: 'POST', path }
const gate = () =>
  gateOf([
    { repositories: ['team/**'], who: ['user:ann'], actions: ['pull', 'push', 'delete', 'catalog', 'administer'] },
    { repositories: ['**'], who: ['user:root'], actions: ['catalog', 'administer'] },
    { repositories: ['public/**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
  ])

const sick: Diagnosis = {
  ...goodDiagnosis,
  verdict: 'bad',
  findings: [{ name: 'put', verdict: 'bad', says: 'the store said no' }],
  settings: 'storage: {}\n',
}

test('what the doctor found is told to those who administer all of it, and to nobody else', async () => {
  const { call, ask, ui } = await trialUi({ gate: gate(), examine: async () => sick })
  expect(JSON.parse((await call({ ...post, headers: { authorization: 'root' } })).body.toString())).toMatchObject({ examines: 'yes' })
  await eventually(async () => (await ui.doctor.examinations?.last())?.running).toBe(false)
  expect((await ask(path, 'root')).json).toEqual({
    ...{ examines: 'yes', running: false, failed: false },
    last: { ...sick, at: '1970-01-01T00:00:00.000Z' },
  })
  for (const headers of [{}, { authorization: 'ann' }]) {
    for (const request of [post, { path }]) expectAnswer(await call({ ...request, headers }), { status: 403, code: 'DENIED' })
    expect((await call({ path: '/v2/_bucket-registry/ui/storage', headers })).body.toString()).not.toContain('the store said no')
  }
})

test('he is sent for with an answer at once, that he is at it', async () => {
  const word = Promise.withResolvers<Diagnosis>()
  const { call } = await trialUi({ examine: () => word.promise })
  const answer = await call(post)
  expect(answer).toMatchObject({ status: 202 })
  expect(JSON.parse(answer.body.toString())).toEqual({ examines: 'yes', running: true, failed: false })
  word.resolve(goodDiagnosis)
})

test.each([
  ['no-store', {}, undefined, 'the images are not in a bucket'],
  ['off', { yaml: 'ui: {doctor: {enabled: false}}' }, found, 'ui.doctor.enabled'],
  ['read-only', { storage: '{inmemory: {}, maintenance: {readonly: {enabled: true}}}' }, found, 'read-only mode'],
] as const)('he does not come where it is said to be %s', async (examines, config, examine, reason) => {
  const { call, ask, driver } = await trialUi({ ...config, examine })
  driver.cost()
  expect((await ask(path)).json).toEqual({ examines, running: false, failed: false })
  const answer = await call(post)
  expectAnswer(answer, { status: 405, code: 'UNSUPPORTED' })
  expect(answer.body.toString()).toContain(reason)
  expect(driver.cost().put).toBeUndefined()
})
