import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { S3Server } from '../../support/s3-server.ts'
import { startReplicas } from '../s3/support/replicas.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { minio, startMinio } from '../support/minio.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { browserProgram, openPage, startBrowser } from './browser.ts'
import { pushApplication, pusher, pushSmall } from './demo-images.ts'

/** As short as the clock of a store allows, which tells whole seconds. */
const garbagecollect = { enabled: true, schedule: '1s', grace: '12s', viewage: '1s', window: '9s', batchtime: '2s', margin: '1s' }

suite('the page, on a bucket', [browserProgram, minio], () => {
  let browser: Browser
  let store: S3Server
  let server: RegistryServer

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
    store = await startMinio()
    await store.createBucket('images')
    // Clients are sent to the store for blobs, where the page cannot follow.
    const storage = { maintenance: { garbagecollect }, redirect: { disable: false } }
    const [first] = await startReplicas(1, { store, endpoint: store.endpoint, bucket: 'images', storage })
    server = first as RegistryServer
    await pushApplication(pusher(server.url), 'shop/storefront', ['1.0.0'])
  })

  it('shows what garbage collection has looked at, and what the store was asked', async () => {
    const { page, go, faults, shoot } = await openPage(browser, server.url)
    // Nobody has looked at the page yet: a collection has made the summary.
    await expect.poll(() => /garbage collected/.test(server.log()), { timeout: 30_000 }).toBe(true)
    await go('#/storage')
    await page.getByText('none was found by the run of').waitFor()
    await page.getByRole('cell', { name: 'PutObject' }).waitFor()
    expect(await page.locator('tfoot').textContent()).toMatch(/US\$\d/)
    expect(await page.locator('.figures').textContent()).toContain('a month by your prices')
    expect(await faults()).toEqual([])
    await shoot('bucket-storage')
  })

  it('reads the configuration of an image though clients are sent to the store for it', async () => {
    const { page, go } = await openPage(browser, server.url)
    await go('#/r/shop/storefront:1.0.0')
    await page.getByText('dist/server.js --port 8080').waitFor()
  })

  it('lists at once what is pushed, before anybody has counted it', async () => {
    await pushSmall(pusher(server.url), 'just/now', ['latest'])
    const { page } = await openPage(browser, server.url)
    await page.getByRole('link', { name: 'just/now' }).waitFor()
  })
})
