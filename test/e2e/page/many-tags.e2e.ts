import type { Browser, Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import type { RegistryServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { browserProgram, eventually, openPage, startBrowser } from './browser.ts'
import { serveManyTags } from './served.ts'

suite('the page, of a repository with ten thousand tags', [browserProgram], () => {
  let browser: Browser
  let server: RegistryServer
  /** In the order in which they were pushed. */
  let byTime: readonly string[]
  let byName: readonly string[]

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
    const served = await serveManyTags('big', 10_000)
    atTheEnd(() => served.server.stop())
    server = served.server
    byTime = served.tags
    byName = byTime.toSorted()
  })

  const shows = (page: Page, tags: readonly string[]) => eventually(() => page.locator('td.name a').allTextContents()).toEqual(tags)
  const sorted = (page: Page) => page.locator('th[aria-sort]').evaluateAll(all => all.map(each => each.ariaSort))

  it('sorts all of them by name and by last push, and turns pages in that order', async () => {
    const { page, go, faults, shoot } = await openPage(browser, server.url)
    await go('#/r/big')
    const [youngest, last] = [byTime.toReversed(), byName.toReversed()]
    await page.getByText('1–50 of 10,000').waitFor()
    await shows(page, youngest.slice(0, 50))
    expect(await page.getByText('Not all tags were looked at').count()).toBe(0)
    expect(await faults()).toEqual([])
    await shoot('many-tags')

    const [next, previous] = [page.getByRole('button', { name: 'Next' }), page.getByRole('button', { name: 'Previous' })]
    expect(await previous.isDisabled()).toBe(true)
    await next.click()
    await page.getByText('51–100 of 10,000').waitFor()
    await shows(page, youngest.slice(50, 100))

    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await page.getByText('1–50 of 10,000').waitFor()
    await shows(page, byName.slice(0, 50))
    expect(await sorted(page)).toEqual(['ascending'])
    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await shows(page, last.slice(0, 50))
    expect(await sorted(page)).toEqual(['descending'])
    await next.click()
    await shows(page, last.slice(50, 100))
    await previous.click()
    await shows(page, last.slice(0, 50))

    await page.getByRole('button', { name: 'Last push' }).click()
    await shows(page, youngest.slice(0, 50))
    await page.getByRole('button', { name: 'Last push' }).click()
    await shows(page, byTime.slice(0, 50))
    expect(await sorted(page)).toEqual(['ascending'])
  })

  it('finds some among all as one types, to the last page of them, and opens one', async () => {
    const { page, go } = await openPage(browser, server.url)
    await go('#/r/big')
    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await page.keyboard.press('/')
    await page.keyboard.type('99')
    const found = byName.filter(tag => tag.includes('99'))
    expect(found.length).toBeGreaterThan(150)
    for (let from = 0; from < found.length; from += 50) {
      if (from > 0) await page.getByRole('button', { name: 'Next' }).click()
      await page.getByText(`${from + 1}–${Math.min(from + 50, found.length)} of ${found.length}`).waitFor()
      await shows(page, found.slice(from, from + 50))
    }
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)

    await page.getByLabel('Search tags').fill('nothing like this')
    await page.getByText('No name has “nothing like this” in it.').waitFor()
    await page.getByLabel('Search tags').fill('build-01234')
    await shows(page, ['build-01234'])
    await page.getByRole('link', { name: 'build-01234' }).click()
    await page.getByRole('heading', { name: 'Layers' }).waitFor()
  })
})
