import { expect, it } from 'vitest'
import { runConformance } from '../conformance/run-conformance.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'

const conformance = await tool('conformance')
const user = { name: 'alice', password: 'correct horse battery' }

suite('the official conformance suite, with a password', [conformance], async () => {
  const config = { validation: { disabled: true }, auth: { htpasswd: { username: user.name, password: user.password } } }
  const { apis, cases } = await runConformance(conformance.path, { sparse: true, config, user })

  it('passes every API', () => expect(Object.entries(apis).filter(([, status]) => status !== 'Pass')).toEqual([]))
  it(`passes each of its ${cases.length} cases, and skips none`, () => {
    expect(cases.length).toBeGreaterThan(800)
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})
