import { randomUUID } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { applyRetention } from '../../../registry-app/src/commands/apply-retention.ts'
import { restoreRemoved } from '../../../registry-app/src/commands/restore-removed.ts'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import { blobDataPath, tagIndexPath, tagLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { filesystemDriver } from '../../../registry-app/src/storage/filesystem/driver.ts'
import { answer, trialStore } from '../s3/support/trial-store.ts'
import { temporaryFolder } from '../support/folder.ts'
import { name, pushImage, tag } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'

/** What goes to standard error: the log, and the audit log with it. */
let stderr: string[] = []
beforeEach(() => {
  stderr = []
  vi.spyOn(process.stderr, 'write').mockImplementation(text => stderr.push(String(text)) > 0)
})

afterEach(() => void vi.restoreAllMocks())

/** The images v1, v2 and v3 in a folder, each pushed a day after the one before. */
async function folder() {
  const rootdirectory = await temporaryFolder()
  const driver = filesystemDriver({ rootdirectory, randomName: randomUUID, now: () => new Date() })
  const { registry } = trial({ driver })
  for (const [index, as] of ['v1', 'v2', 'v3'].entries()) {
    const { digest } = await pushImage(registry, 'team/app', as, { as })
    const time = Date.now() / 1000 - (10 - index) * 86_400
    for (const key of [tagIndexPath(name('team/app'), tag(as), digest), tagLinkPath(name('team/app'), tag(as))])
      await utimes(join(rootdirectory, key), time, time)
  }
  const source = (policy: string, more = '') => ({
    named: 'config.yml',
    embedded: '',
    environment: {},
    readFile: () => `{version: 0.1, storage: {filesystem: {rootdirectory: "${rootdirectory}"}${more}}, policy: {${policy}}}`,
  })
  const lines: string[] = []
  const print = (line: string) => void lines.push(line)
  return { registry, source, lines, print, driver }
}

const rules = 'retention: {rules: [{name: few, repositories: ["**"], keep: {newest: 1}}]}'

test('retention explains, removes and says it to the audit log; restore lists, and brings back', async () => {
  const { registry, source, lines, print } = await folder()
  expect(await applyRetention(source(rules), { dryRun: true, quiet: false, print })).toBe(true)
  expect(lines.splice(0)).toEqual([
    expect.stringMatching(/^team\/app:v1 would go: few keeps the newest 1; pushed \d{4}-\d\d-\d\d$/),
    expect.stringMatching(/^team\/app:v2 would go: few keeps the newest 1; pushed /),
    'team/app:v3 stays: few: among the newest 1',
    '1 repository: 2 tags would go, 1 tag kept',
    expect.stringContaining('garbagecollect.untagged is off'),
  ])
  await applyRetention(source(rules), { dryRun: false, quiet: true, print })
  expect(lines.splice(0, 2)).toEqual(['1 repository: 2 tags removed, 1 tag kept', expect.stringContaining('restore --list')])
  expect(stderr.join('')).toMatch(/audit\.action"?[=:]"?retention.*audit\.tag"?[=:]"?v1/)

  lines.length = 0
  const restoring = { as: undefined, print }
  await restoreRemoved(source(rules), { ...restoring, list: true, reference: undefined })
  expect(lines.splice(0)).toEqual([
    expect.stringMatching(/^team\/app:v1@sha256:[0-9a-f]{64} removed \S+Z, until \S+Z, 401 bytes: few keeps the newest 1; pushed/),
    expect.stringMatching(/^team\/app:v2@/),
  ])
  await restoreRemoved(source(rules), { ...restoring, list: false, reference: 'team/app:v1' })
  expect(lines.splice(0)).toEqual([expect.stringMatching(/^team\/app:v1 is there again: sha256:/)])
  expect(stderr.join('')).toMatch(/audit\.action"?[=:]"?restore/)
  expect(await registry.tags.get(name('team/app'), tag('v1'))).toBeDefined()
  await restoreRemoved(source(rules), { print, list: false, reference: 'team/app:v2', as: 'again' })
  expect(await registry.tags.get(name('team/app'), tag('again'))).toBeDefined()
  await restoreRemoved(source(rules), { ...restoring, list: true, reference: 'team/app' })
  expect(lines.at(-1)).toBe('nothing was removed that could be restored')
})

test('a repository that was deleted as a whole is listed as such, and restored by its name; what cannot come back is said', async () => {
  const { source, lines, print, driver } = await folder()
  const undoing = 'undo: {deletions: true}'
  const { registry } = trial({ driver, undoDeletions: 24 * hour, now: () => new Date() })
  const lost = await registry.tags.get(name('team/app'), tag('v2'))
  await registry.repositories.delete(name('team/app'), { by: 'alice' })
  await restoreRemoved(source(undoing), { reference: 'team/app', list: true, as: undefined, print })
  expect(lines.splice(0)).toContainEqual(expect.stringMatching(/^team\/app:v1@.*: deleted by alice, with its repository$/))

  const whole = { reference: 'team/app', list: false, print }
  await expect(restoreRemoved(source(undoing), { ...whole, as: 'v9' })).rejects.toThrow('--as is for one tag')
  await driver.delete([blobDataPath(lost as Digest)])
  expect(await restoreRemoved(source(undoing), { ...whole, as: undefined })).toBe(false)
  expect(lines.toSorted()).toEqual([
    'team/app: 2 tags and 2 manifests restored, 1 not',
    expect.stringMatching(/^team\/app:v1 is there again: sha256:/),
    expect.stringMatching(/^team\/app:v2@sha256:[0-9a-f]{64} could not be restored: its bytes are gone/),
    expect.stringMatching(/^team\/app:v3 is there again: sha256:/),
  ])
  expect(stderr.join('')).toMatch(/audit\.action"?[=:]"?restore.*audit\.tag"?[=:]"?v1/)
})

test('a repository that is left alone is named, and makes the command fail', async () => {
  const { source, lines, print, driver } = await folder()
  await driver.put('docker/registry/v2/repositories/team/app/_manifests/tags/no+tag/current/link', Buffer.from('x'))
  expect(await applyRetention(source(rules), { dryRun: false, quiet: true, print })).toBe(false)
  expect(lines[0]).toMatch(/^team\/app was left alone: /)
})

test('without rules every tag stays, and it is said', async () => {
  const { source, lines, print } = await folder()
  expect(await applyRetention(source(''), { dryRun: false, quiet: false, print })).toBe(true)
  expect(lines).toEqual(['policy.retention has no rules: every tag stays'])
})

test.each([
  ['team/app', 'it was not deleted as a whole'],
  [undefined, 'what is to be restored?'],
  ['team/app:v9', 'nothing of that name was removed'],
  ['Team/app:v1', 'invalid repository name'],
])('%s cannot be restored: %s', async (reference, reason) => {
  const { source, print } = await folder()
  await expect(restoreRemoved(source(rules), { reference, list: false, as: undefined, print })).rejects.toThrow(reason)
})

test('where nothing is to be written, retention explains only, and restore lists only', async () => {
  const { source, print } = await folder()
  const readOnly = source(rules, ', maintenance: {readonly: {enabled: true}}')
  await expect(applyRetention(readOnly, { dryRun: false, quiet: true, print })).rejects.toThrow('readonly is enabled')
  await expect(restoreRemoved(readOnly, { reference: 'a:b', list: false, as: undefined, print })).rejects.toThrow('readonly is enabled')
  expect(await applyRetention(readOnly, { dryRun: true, quiet: true, print })).toBe(true)
  await restoreRemoved(readOnly, { reference: undefined, list: true, as: undefined, print })
})

test('what would go in a bucket, and what can be restored, is said without writing there, not even to find out what the store can', async () => {
  const empty = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
  const store = await trialStore(...Array.from({ length: 100 }, () => answer(200, empty)))
  const s3 = `{bucket: images, region: r, regionendpoint: "${store.endpoint}", accesskey: a, secretkey: b}`
  const config = `{version: 0.1, storage: {s3: ${s3}}, policy: {${rules}}}`
  const source = { named: undefined, embedded: config, environment: {}, readFile: () => '' }
  expect(await applyRetention(source, { dryRun: true, quiet: true, print: () => {} })).toBe(true)
  await restoreRemoved(source, { reference: undefined, list: true, as: undefined, print: () => {} })
  expect(store.requests.length).toBeGreaterThan(1)
  expect(store.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([])
})
