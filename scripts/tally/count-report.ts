export interface Tally {
  passed: number
  /** Their full names, or a file's. */
  failed: string[]
  /** Their full names. */
  skipped: string[]
}

/** What is used of the report that vitest's JSON reporter writes, which has the form of Jest's. */
export interface VitestReport {
  testResults: {
    name: string
    status: 'passed' | 'failed'
    assertionResults: { fullName: string; status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled' }[]
  }[]
}

/** A file that fails without a test that fails, since it could not even be loaded, counts as one failure. */
export function countReport({ testResults }: VitestReport): Tally {
  const results = testResults.flatMap(file => file.assertionResults)
  const failed = results.filter(({ status }) => status === 'failed')
  const brokenFiles = testResults.filter(
    file => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  )
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: [...failed.map(({ fullName }) => fullName), ...brokenFiles.map(({ name }) => name)],
    skipped: results.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  }
}
