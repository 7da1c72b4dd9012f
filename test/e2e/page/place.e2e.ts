import type { Browser } from 'playwright-core'
import { beforeAll, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, openPage, startBrowser } from './browser.ts'
import { pusher, pushSmall } from './demo-images.ts'

/** Goes on to a repository before any effect of the first picture has run. */
const movesOn = `
  const watch = new MutationObserver(() => {
    if (!document.getElementById('content')) return
    watch.disconnect()
    location.hash = '#/r/app'
  })
  watch.observe(document, { childList: true, subtree: true })
`

suite('the place in the page', [browserProgram], () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
  })

  it('is the one that was gone to as soon as there was anything to see', async () => {
    const server = await startServer({ folder: await temporaryFolder() })
    atTheEnd(() => server.stop())
    await pushSmall(pusher(server.url), 'app', ['v1'])
    const { page } = await openPage(browser, server.url, {}, async prepared => void (await prepared.addInitScript({ content: movesOn })))
    await page.getByRole('link', { name: 'v1', exact: true }).waitFor()
  })
})
