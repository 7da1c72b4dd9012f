import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, eventually, openPage, startBrowser } from './browser.ts'
import { pushApplication, pusher } from './demo-images.ts'

suite('the page of a pull-through cache', [browserProgram], () => {
  let browser: Browser
  let upstream: Awaited<ReturnType<typeof startServer>>

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
    upstream = await startServer({ folder: await temporaryFolder() })
    atTheEnd(() => upstream.stop())
    await pushApplication(pusher(upstream.url), 'shop/app', ['1.0.0'])
  })

  async function cacheOf(proxy: object, more: object = {}) {
    const server = await startServer({ folder: await temporaryFolder(), config: { proxy, ...more } })
    atTheEnd(() => server.stop())
    return server
  }

  const pull = async (url: string, image: string) => {
    const headers = { accept: 'application/vnd.oci.image.index.v1+json' }
    expect((await fetch(`${url}/v2/${image}`, { headers })).status).toBe(200)
  }

  it('shows what was pulled, where it comes from, and nothing to delete or to restore', async () => {
    const upstreams = [{ prefix: 'hub', remoteurl: upstream.url }]
    const server = await cacheOf({ upstreams }, { policy: { undo: { deletions: true } } })
    await pull(server.url, 'hub/shop/app/manifests/1.0.0')
    const { page, go, faults, shoot } = await openPage(browser, server.url)
    await page.getByRole('link', { name: 'hub/shop/app' }).waitFor()
    await page.getByText('cache', { exact: true }).waitFor()
    expect(await faults()).toEqual([])

    await go('#/r/hub/shop/app')
    await page.getByText(`A copy of ${upstream.host}/shop/app, fetched when somebody pulls`).waitFor()
    await page.getByText('What nobody pulls for 7 days goes by itself.').waitFor()
    await shoot('cache-repository')
    expect(await faults()).toEqual([])
    const nothing = async () => {
      expect(await page.getByRole('button', { name: /^(Delete|Restore)/ }).count()).toBe(0)
      expect(await page.getByText('Can be restored').count()).toBe(0)
    }
    await nothing()

    // Its configuration and what is attached come from the upstream as they are looked at.
    await page.getByRole('link', { name: '1.0.0' }).click()
    await page.getByText('dist/server.js --port 8080').waitFor()
    await eventually(() => page.locator('.referrer h3').count()).toBe(2)
    await page.getByText('When it goes by itself, that frees').waitFor()
    await page.getByRole('button', { name: 'linux/arm64/v8' }).click()
    await eventually(() => page.locator('main').textContent()).toContain('linux/arm64')
    await nothing()
    await shoot('cache-image')
    expect(await faults()).toEqual([])
  })

  it('does not tell everybody which registry that is', async () => {
    const access = [{ repositories: ['**'], who: ['anonymous'], actions: ['pull', 'catalog'] }]
    const upstreams = [{ prefix: 'hub', remoteurl: upstream.url }]
    const server = await cacheOf(
      { upstreams },
      { auth: { htpasswd: { realm: 'R', username: 'alice', password: 'a long password' } }, access },
    )
    await pull(server.url, 'hub/shop/app/manifests/1.0.0')
    const { page, go } = await openPage(browser, server.url)
    await go('#/r/hub/shop/app')
    await page.getByText('A copy from another registry').waitFor()
    expect(await page.locator('main').textContent()).not.toContain(upstream.host)
  })

  it('does not offer to push where all of it is a cache, and shows what was pulled while the upstream is away', async () => {
    const other = await startServer({ folder: await temporaryFolder() })
    atTheEnd(() => other.stop())
    await pushApplication(pusher(other.url), 'shop/app', ['1.0.0'])
    const server = await cacheOf({ remoteurl: other.url })
    const { page, go, faults, shoot } = await openPage(browser, server.url)
    await page.getByText('Nothing has been pulled through this cache yet.').waitFor()
    expect(await page.locator('main').textContent()).not.toContain('docker push')
    expect(await page.getByText('Deleted repositories').count()).toBe(0)
    expect(await faults()).toEqual([])
    await shoot('cache-empty')

    await go('#/r/shop/app')
    await page.getByRole('alert').waitFor()
    await go('#/r/shop/app:1.0.0')
    await page.getByText('dist/server.js --port 8080').waitFor()
    await go('#/')
    await page.getByRole('link', { name: 'shop/app' }).waitFor()
    await other.stop()
    await page.getByRole('link', { name: 'shop/app' }).click()
    await page.getByRole('link', { name: '1.0.0' }).click()
    await page.getByText('dist/server.js --port 8080').waitFor()
  })
})
