import { expect, test } from 'vitest'
import { concealing } from '../../../registry-app/src/doctor/conceal.ts'
import { acl } from '../../../registry-app/src/doctor/probes/acl.ts'
import { examineAt, resultOf } from './support/examine-double.ts'
import { storeDouble } from './support/store-double.ts'

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-long-secret', sessionToken: 'a-long-token' }

test('a sentence names no credential that was handed out', async () => {
  const { credentials, conceal } = concealing(async () => keys)
  expect(await credentials()).toBe(keys)
  expect(conceal('AKIAEXAMPLE signed by a-long-secret and a-long-token: no')).toBe('… signed by … and …: no')
})

test('what is too short to be a secret stays', async () => {
  const { credentials, conceal } = concealing(async () => ({ accessKeyId: 'is', secretAccessKey: 'a-long-secret' }))
  await credentials()
  expect(conceal('it is bad')).toBe('it is bad')
})

test('a store that tells what it was sent is quoted without the credentials', async () => {
  const store = await storeDouble({ refusesAcl: true, echoes: true })
  const credentials = async () => keys
  const report = await examineAt(store.endpoint, { credentials, probes: [acl] })
  expect(resultOf(report, 'object ACL').says).toContain('AWS4-HMAC-SHA256 Credential=…')
  expect(JSON.stringify(report)).not.toContain(keys.accessKeyId)
})
