import { expect, it } from 'vitest'
import { runConformance } from '../conformance/run-conformance.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'

const conformance = await tool('conformance')
const user = { name: 'alice', password: 'correct horse battery' }
const first = { username: user.name, password: user.password }

/** A token is for what it names: with one, no blob is mounted from wherever it may be, and the suite takes the upload in its place. */
const left = { htpasswd: [], local: ['Blob anonymous mount'] }

for (const way of ['htpasswd', 'local'] as const) {
  suite(`the official conformance suite, with a password, before auth.${way}`, [conformance], async () => {
    const config = { validation: { disabled: true }, auth: { [way]: first } }
    const { apis, cases } = await runConformance(conformance.path, { sparse: true, config, user })

    it(`passes every API${left[way].length === 0 ? '' : `, but for ${left[way]}`}`, () => {
      expect(Object.entries(apis).flatMap(([api, status]) => (status === 'Pass' ? [] : `${api}: ${status}`))).toEqual(
        left[way].map(api => `${api}: Skip`),
      )
    })
    it(`passes each of its ${cases.length} cases, and skips none other`, () => {
      expect(cases.length).toBeGreaterThan(800)
      const others = cases.filter(({ name, status }) => status !== 'passed' && !(way === 'local' && name.endsWith('/blob-mount-anonymous')))
      expect(others).toEqual([])
    })
  })
}
