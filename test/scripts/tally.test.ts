import { expect, it } from 'vitest'
import { countReport, type VitestReport } from '../../scripts/tally/count-report.ts'

type File = VitestReport['testResults'][number]
type Status = File['assertionResults'][number]['status']

const file = (status: File['status'], ...tests: [name: string, status: Status][]): File => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
})

it('adds up the tests of all files, and names what failed', () => {
  const report = { testResults: [file('passed', ['a', 'passed'], ['b', 'passed']), file('failed', ['c', 'failed'], ['d', 'passed'])] }
  expect(countReport(report)).toEqual({ passed: 3, failed: ['c'], skipped: [] })
})

it('names what was skipped, however the runner calls it', () => {
  const report = { testResults: [file('passed', ['a', 'skipped'], ['b', 'pending'], ['c', 'todo'])] }
  expect(countReport(report)).toEqual({ passed: 0, failed: [], skipped: ['a', 'b', 'c'] })
})

it('counts a file that could not be loaded as a failure', () => {
  expect(countReport({ testResults: [file('failed')] })).toEqual({ passed: 0, failed: ['a.test.ts'], skipped: [] })
})

it('counts a file whose tests passed but which failed afterwards', () => {
  expect(countReport({ testResults: [file('failed', ['a', 'passed'])] })).toEqual({ passed: 1, failed: ['a.test.ts'], skipped: [] })
})
