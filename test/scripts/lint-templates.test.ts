import { describe, expect, test } from 'vitest'
import { accepted } from '../../scripts/lint-templates/accepted.ts'
import { type Finding, unexplained } from '../../scripts/lint-templates/finding.ts'

const finding = (rule: string, resource: string): Finding => ({ tool: 'checkov', rule, resource, template: 'a.template.json', says: '' })

describe('what linters find in templates', () => {
  test('is open unless its rule is explained for that resource', () => {
    const found = [finding('CKV_1', 'Images'), finding('CKV_1', 'Logs'), finding('CKV_2', 'Images')]

    const { open } = unexplained(found, [{ rule: 'CKV_1', resource: /^Images$/, why: 'so it is' }])

    expect(open).toEqual([finding('CKV_1', 'Logs'), finding('CKV_2', 'Images')])
  })

  test('must be there if it is explained', () => {
    const old = { rule: 'CKV_1', why: 'so it was' }

    expect(unexplained([finding('CKV_2', 'Images')], [old]).stale).toEqual([old])
  })

  test('is explained in a sentence', () => {
    for (const { why } of accepted) expect(why).toMatch(/^[A-Z].{20,}\.$/)
  })
})
