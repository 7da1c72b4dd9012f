import { expect, test } from 'vitest'
import { countedGate, type Failure } from '../../../registry-app/src/auth/counted-gate.ts'
import { TooManySignIns, Unauthorized } from '../../../registry-app/src/auth/refusals.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import { mayEverything } from '../http/support/callers.ts'

const admission = { scope: 'pull', repository: 'a', address: '127.0.0.1', base: () => undefined } as const

test.each<[string, string | undefined, Error, Failure[]]>([
  ['who says nothing', undefined, new Unauthorized('Basic', 'nothing was sent'), ['missing']],
  ['a wrong password', 'Basic x', new Unauthorized('Basic', 'it is wrong'), ['invalid']],
  ['a flood', 'Basic x', new TooManySignIns(), ['invalid']],
  ['who may not', 'Basic x', new RegistryError('DENIED'), ['denied']],
  ['not what is broken behind it', 'Basic x', new Error('the storage is away'), []],
])('counts %s, at once and later, and lets the error through', async (_, authorization, error, counted) => {
  const failures: Failure[] = []
  const atOnce = countedGate(
    {
      admit: () => {
        throw error
      },
    },
    why => failures.push(why),
  )
  const later = countedGate(
    {
      admit: async () => {
        throw error
      },
    },
    why => failures.push(why),
  )
  expect(() => atOnce.admit({ ...admission, authorization })).toThrow(error)
  await expect(later.admit({ ...admission, authorization })).rejects.toBe(error)
  expect(failures).toEqual([...counted, ...counted])
})

test('lets in whom the gate lets in, without a promise where there is none', () => {
  const caller = mayEverything
  expect(countedGate({ admit: () => caller }, () => {}).admit({ ...admission, authorization: 'Basic x' })).toBe(caller)
})
