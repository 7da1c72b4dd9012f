import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLogs } from '../../../registry-app/src/ops/open-logs.ts'
import { temporaryFolder } from '../support/folder.ts'

function opened(audit: { disabled: boolean; path?: string }, level: 'info' | 'error' = 'info') {
  const written: string[] = []
  const logs = openLogs({ level, formatter: 'json', fields: { service: 'registry' }, audit }, text => written.push(text))
  const flush = () => {
    logs.audit?.flush()
    logs.log.flush()
  }
  return { ...logs, written, flush }
}

test('no level silences the audit log, and it carries the fields of every line', () => {
  const { log, audit, written, flush } = opened({ disabled: false }, 'error')
  log.info('nobody hears this')
  audit?.info('audit')
  flush()
  expect(written.map(line => JSON.parse(line))).toMatchObject([{ msg: 'audit', service: 'registry' }])
})

test('switched off, there is no audit log', () => {
  expect(opened({ disabled: true }).audit).toBeUndefined()
})

test('goes to a file of its own, and to a new one when that was moved away', async () => {
  const path = join(await temporaryFolder(), 'audit.log')
  const { audit, written, flush } = opened({ disabled: false, path })
  audit?.info('audit', { number: 1 })
  flush()
  await rename(path, `${path}.1`)
  audit?.info('audit', { number: 2 })
  flush()
  expect(JSON.parse(await readFile(`${path}.1`, 'utf8'))).toMatchObject({ number: 1 })
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ number: 2 })
  expect(written).toEqual([])
})

test('goes to the log where its file cannot be written any more, and the log says why', async () => {
  const folder = join(await temporaryFolder())
  const { audit, written, flush } = opened({ disabled: false, path: join(folder, 'audit.log') })
  await rm(folder, { recursive: true })
  audit?.info('audit', { number: 1 })
  flush()
  expect(written.join('')).toMatch(/"number":1/)
  expect(written.join('')).toMatch(/ENOENT.*log\.audit\.path/)
})

test('is not opened where its folder does not exist, and says which key names it', async () => {
  const path = join(await temporaryFolder(), 'none', 'audit.log')
  expect(() => opened({ disabled: false, path })).toThrow(/^log\.audit\.path: .*ENOENT.*its folder must exist/)
})
