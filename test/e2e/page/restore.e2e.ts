import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { blobDataPath } from '../../../registry-app/src/registry/paths.ts'
import { basic } from '../../registry-app/auth/support/checks.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, eventually, openPage, startBrowser } from './browser.ts'
import { pushApplication, pusher, pushSmall } from './demo-images.ts'
import { password } from './served.ts'

const undo = { deletions: true, grace: '48h' }

suite('the page, where what was deleted can be restored', [browserProgram], () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
  })

  async function served(config: object = {}) {
    const folder = await temporaryFolder()
    const server = await startServer({ folder, config: { policy: { undo }, ...config } })
    atTheEnd(() => server.stop())
    return { ...server, data: join(folder, 'data') }
  }

  it('restores a tag from the list of what was deleted, by the keyboard alone', async () => {
    const { url } = await served()
    await pushSmall(pusher(url), 'tools/lint', ['v1', 'v2'])
    await fetch(`${url}/v2/tools/lint/manifests/v1`, { method: 'DELETE' })
    const { page, go, faults, shoot } = await openPage(browser, url)
    await go('#/r/tools/lint')
    await page.locator('summary', { hasText: 'Can be restored' }).focus()
    await page.keyboard.press('Enter')
    const restore = page.getByRole('button', { name: 'Restore: tools/lint:v1' })
    await restore.waitFor()
    expect(await faults()).toEqual([])
    await shoot('restorable')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Restore: tools/lint:v1')
    await page.keyboard.press('Enter')
    await page.getByText('tools/lint:v1 was restored.').waitFor()
    await page.getByRole('link', { name: 'v1', exact: true }).waitFor()
    await page.getByText('There is nothing to restore.').waitFor()
    expect(await faults()).toEqual([])
  })

  it('restores an image with all that went with it, hours after it was deleted', async () => {
    const { url } = await served()
    await pushApplication(pusher(url), 'shop/app', ['1.0.0'])
    const { page, go } = await openPage(browser, url)
    await go('#/r/shop/app:1.0.0')
    await page.getByRole('button', { name: 'Delete image: shop/app' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('This repository has no tags').waitFor()
    // As somebody else does, who has not deleted it.
    const other = await openPage(browser, url)
    await other.go('#/r/shop/app')
    await other.page.getByText('4 more are restored with it').waitFor()
    await other.page.getByRole('button', { name: 'Restore: shop/app:1.0.0' }).click()
    await other.page.getByRole('link', { name: '1.0.0' }).click()
    await other.page.getByText('dist/server.js --port 8080').waitFor()
    await eventually(() => other.page.locator('.referrer h3').count()).toBe(2)
  })

  it('restores a repository, right after it was deleted or from the list of those that were', async () => {
    const { url } = await served()
    await pushApplication(pusher(url), 'shop/app', ['1.0.0', '1.1.0'])
    await pushSmall(pusher(url), 'other', ['v1'])
    const { page, go, faults, shoot } = await openPage(browser, url)
    const remove = async () => {
      await go('#/r/shop/app')
      await page.getByRole('button', { name: 'Delete repository: shop/app' }).click()
      const dialog = page.getByRole('dialog')
      await eventually(() => dialog.textContent()).toContain('It can be undone for 2 days')
      await dialog.getByLabel('Type shop/app to confirm').fill('shop/app')
      await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
      await page.getByText('shop/app was deleted.').waitFor()
    }
    const again = 'shop/app was restored: 2 tags, 10 manifests.'
    await remove()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText(again).waitFor()
    await page.getByRole('link', { name: 'shop/app' }).waitFor()

    await remove()
    await go('#/')
    await page.getByText('Deleted repositories').click()
    await page.getByRole('button', { name: 'Restore: shop/app' }).waitFor()
    expect(await faults()).toEqual([])
    await shoot('deleted-repositories')
    await page.getByRole('button', { name: 'Restore: shop/app' }).click()
    await page.getByText(again).waitFor()
    await page.getByText('There is no deleted repository to restore.').waitFor()
    await page.getByRole('link', { name: 'shop/app' }).click()
    await page.getByRole('link', { name: '1.1.0' }).click()
    await page.getByText('dist/server.js --port 8080').waitFor()
  })

  it('says what of a repository could not come back', async () => {
    const { url, data } = await served()
    await pushSmall(pusher(url), 'half', ['v1', 'v2'])
    const head = await fetch(`${url}/v2/half/manifests/v1`, { method: 'HEAD' })
    await fetch(`${url}/v2/half/_bucket-registry/ui/repository`, { method: 'DELETE' })
    await rm(join(data, blobDataPath(head.headers.get('docker-content-digest') as `sha256:${string}`)))
    const { page, go, shoot, faults } = await openPage(browser, url, { viewport: { width: 360, height: 740 }, hasTouch: true })
    await go('#/r/half')
    await page.getByText('The whole repository was deleted, with 2 tags and 2 manifests.').waitFor()
    await page.getByText('its data no longer exists').waitFor()
    expect(await faults()).toEqual([])
    await shoot('phone-restorable')
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await page.getByRole('button', { name: 'Restore repository: half' }).click()
    await page.getByText('half was restored: 1 tags, 1 manifests. 1 could not be restored: v1: its data no longer exists').waitFor()
  })

  it('shows it in Japanese, and to who may only pull without a button and without a name', async () => {
    const access = [
      { repositories: ['**'], who: ['user:alice'], actions: ['pull', 'push', 'delete', 'catalog', 'administer'] },
      { repositories: ['**'], who: ['anonymous'], actions: ['pull', 'catalog'] },
    ]
    const { url } = await served({ auth: { htpasswd: { realm: 'Registry', username: 'alice', password } }, access })
    const authorization = basic('alice', password)
    await pushSmall(pusher(url, authorization), 'app', ['v1', 'v2'])
    await fetch(`${url}/v2/app/manifests/v1`, { method: 'DELETE', headers: { authorization } })
    const { page, go, faults, shoot } = await openPage(browser, url, { locale: 'ja-JP', colorScheme: 'dark' })
    await go('#/r/app')
    await page.locator('summary', { hasText: '復元できるもの' }).click()
    await page.getByText('復元するには、ここへのプッシュと削除の権限が必要です。').waitFor()
    expect(await faults()).toEqual([])
    await shoot('restorable-japanese')
    expect(await page.getByRole('button', { name: /^(リポジトリを)?復元/ }).count()).toBe(0)
    expect(await page.locator('main').textContent()).not.toContain('alice')
  })

  it('says so where nothing can be restored, and how that would be', async () => {
    const { url } = await served({ policy: {} })
    await pushSmall(pusher(url), 'app', ['v1'])
    const { page, go, faults } = await openPage(browser, url)
    await page.getByText('Deleted repositories').click()
    await page.getByText('There is no deleted repository to restore.').waitFor()
    await page.getByText('policy.undo.deletions is off').waitFor()
    expect(await faults()).toEqual([])
    await go('#/r/app')
    await page.locator('summary', { hasText: 'Can be restored' }).click()
    await page.getByText('There is nothing to restore.').waitFor()
  })
})
