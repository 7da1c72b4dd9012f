import { createHash } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { listObjects } from '../../../registry-app/src/s3/list-objects.ts'
import type { Plan } from '../../fault-proxy/plan.ts'
import { basic } from '../../registry-app/auth/support/checks.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { faultProxy } from '../s3/support/fault-proxy.ts'
import { startReplicas } from '../s3/support/replicas.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, eventually, openPage, startBrowser } from './browser.ts'

suite('the page, of what the bucket can do', [browserProgram, minio], () => {
  let browser: Browser
  let store: S3Server
  let one: RegistryServer
  let other: RegistryServer

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
    store = await startMinio()
    await store.createBucket('images')
    const started = await startReplicas(2, { store, endpoint: store.endpoint, bucket: 'images' })
    ;[one, other] = started as [RegistryServer, RegistryServer]
  })

  it('says that nobody has looked, and has the doctor look when a button is pressed by a key', async () => {
    const { page, go, faults, shoot } = await openPage(browser, one.url)
    await go('#/storage')
    const section = page.getByRole('region', { name: 'What the bucket can do' })
    await section.getByText('The bucket has not been checked yet.').waitFor()
    expect(await faults()).toEqual([])
    await shoot('doctor-never')
    const button = section.getByRole('button', { name: 'Check now' })
    await button.focus()
    await page.keyboard.press('Enter')
    await section.getByText('Checking the bucket.').waitFor()
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await section.getByText('It can be used, with limitations').waitFor({ timeout: 120_000 })
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Check now')
    // What MinIO lacks, and the doctor of the command line finds too.
    await eventually(() => section.getByRole('rowheader').allTextContents()).toEqual([
      'list, delimiter /_',
      'forgotten uploads',
      'lifecycle',
    ])
    await section.getByText('AbortIncompleteMultipartUpload after some days does no harm').waitFor()
    expect(await section.getByText('Recommended settings').count()).toBe(0)
    expect(await faults()).toEqual([])
    await shoot('doctor')
  })

  it('shows on every replica what was found by one, and leaves nothing but that in the bucket', async () => {
    const { page, go, faults } = await openPage(browser, other.url, { locale: 'ja-JP', colorScheme: 'dark' })
    await go('#/storage')
    const section = page.getByRole('region', { name: 'バケットの診断' })
    await section.getByText('使用できますが、制限があります').waitFor()
    await eventually(() => section.textContent()).toContain('AbortIncompleteMultipartUpload')
    expect(await faults()).toEqual([])
    const keys: string[] = []
    for await (const { objects } of listObjects(await bucketOf(store), '')) keys.push(...objects.map(({ key }) => key))
    expect(keys.filter(key => key.includes('doctor'))).toEqual(['docker/registry/v2/_registry/doctor/last'])
  })

  it('says what is bad, and which settings would do instead of those in force, to copy', async () => {
    await store.createBucket('sick')
    const bucket = await bucketOf(store, 'sick')
    const rule =
      '<Rule><ID>tidy</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule>'
    const rules = Buffer.from(`<LifecycleConfiguration>${rule}</LifecycleConfiguration>`)
    const headers = { 'content-md5': createHash('md5').update(rules).digest('base64') }
    const call = { operation: 'PutBucketLifecycleConfiguration', method: 'PUT', query: { lifecycle: '' }, headers, body: [rules] } as const
    await bucket.send(call)
    // URLs that the store has signed work for nobody, and clients are sent to them all the same.
    const plan: Plan = ({ query }) => (query.has('X-Amz-Signature') ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined)
    const { endpoint } = await faultProxy({ to: store.endpoint, plan })
    const [server] = await startReplicas(1, { store, endpoint, bucket: 'sick', storage: { redirect: { disable: false } } })
    const permissions = ['clipboard-read', 'clipboard-write']
    const { page, go, faults, shoot } = await openPage(browser, (server as RegistryServer).url, { permissions })
    await go('#/storage')
    const section = page.getByRole('region', { name: 'What the bucket can do' })
    await section.getByRole('button', { name: 'Check now' }).click()
    await section.getByText('There is a problem: the bucket cannot be used like this').waitFor({ timeout: 120_000 })
    await section.getByText('the rule "tidy" deletes objects by age').waitFor()
    await section.getByRole('button', { name: 'Copy Recommended settings' }).click()
    const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
    await eventually(copied).toBe('storage:\n  redirect:\n    disable: true\n')
    expect(await faults()).toEqual([])
    await shoot('doctor-bad')
    expect(await page.locator('main').textContent()).not.toContain(store.secretAccessKey)
  })

  it('fits a phone', async () => {
    const { page, go } = await openPage(browser, one.url, { viewport: { width: 360, height: 740 }, hasTouch: true })
    await go('#/storage')
    await page.getByText('It can be used, with limitations').waitFor()
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  })

  it('tells who may not administer nothing of it', async () => {
    const password = 'a long password'
    const auth = { htpasswd: { realm: 'Registry', username: 'alice', password } }
    const access = [
      { repositories: ['**'], who: ['user:alice'], actions: ['pull', 'catalog', 'administer'] },
      { repositories: ['**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
    ]
    const server = await startServer({ folder: await temporaryFolder(), config: { auth, access } })
    atTheEnd(() => server.stop())
    const { page, go, signIn } = await openPage(browser, server.url)
    await go('#/storage')
    await page.getByText('are shown only to users who may administer').waitFor()
    expect(await page.getByRole('region', { name: 'What the bucket can do' }).count()).toBe(0)
    const answer = await fetch(`${server.url}/v2/_bucket-registry/ui/doctor`, { method: 'POST' })
    expect(answer.status).toBe(403)
    // Files are no bucket, which is said in a line, without a button.
    await page.getByRole('button', { name: 'Sign in' }).click()
    await signIn('alice', password)
    await page.getByText('there is nothing to check').waitFor()
    expect(await page.getByRole('button', { name: 'Check now' }).count()).toBe(0)
    const refused = { method: 'POST', headers: { authorization: basic('alice', password) } }
    expect((await fetch(`${server.url}/v2/_bucket-registry/ui/doctor`, refused)).status).toBe(405)
  })
})
