import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { certificate } from '../../registry-app/s3/support/certificate.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, eventually, openPage, output, startBrowser } from './browser.ts'
import { pushApplication, pusher } from './demo-images.ts'
import { password, serveDemo, serveMany } from './served.ts'

const image = '#/r/shop/storefront:1.9.1'
const views = { repositories: '#/', repository: '#/r/shop/storefront', image, storage: '#/storage' }

suite('the page', [browserProgram], () => {
  let browser: Browser
  let server: RegistryServer

  beforeAll(async () => {
    browser = await startBrowser()
    atTheEnd(() => browser.close())
    server = await serveDemo()
    atTheEnd(() => server.stop())
  })

  /** Opened, and signed in as who may do everything. */
  async function opened(options: Parameters<typeof openPage>[2] = {}, hash = '#/') {
    const opening = await openPage(browser, server.url, options)
    await opening.page.locator('.settings button').click()
    await opening.page.locator('input[name=user]').fill('alice')
    await opening.page.locator('input[name=password]').fill(password)
    await opening.page.locator('form.sign-in button[type=submit]').click()
    await opening.page.getByRole('link', { name: 'hello-world' }).waitFor()
    await opening.go(hash)
    return opening
  }

  it('is where a browser is led', async () => {
    const { page } = await openPage(browser, server.url)
    await page.goto(`${server.url}/`)
    expect(page.url()).toBe(`${server.url}/ui/`)
  })

  it('shows to who has not signed in what everybody may see', async () => {
    const { page, shoot } = await openPage(browser, server.url)
    await eventually(() => page.locator('td.name a').allTextContents()).toEqual(['public/hello'])
    await shoot('anonymous')
  })

  it('signs in by name and password, which it forgets when it is loaded again', async () => {
    const { page, signIn, shoot, faults } = await openPage(browser, server.url)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await shoot('sign-in')
    expect(await faults()).toEqual([])
    await signIn('alice', 'a wrong one')
    await eventually(() => page.getByRole('alert').textContent()).toBe('The user name or the password is wrong.')
    await signIn('alice', password)
    await page.getByRole('link', { name: 'hello-world' }).waitFor()
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe('[{},{},""]')
    await page.reload()
    await eventually(() => page.locator('td.name a').allTextContents()).toEqual(['public/hello'])
  })

  it('asks for a password where it is needed, and goes on from there', async () => {
    const { page, go, signIn } = await openPage(browser, server.url)
    await go(image)
    await signIn('alice', password)
    await page.getByRole('heading', { name: 'Layers' }).waitFor()
  })

  it('signs in where the registry issues tokens itself', async () => {
    const other = await serveDemo({ local: { service: 'registry.example.com', username: 'alice', password } })
    atTheEnd(() => other.stop())
    const { page, signIn } = await openPage(browser, other.url)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await signIn('alice', password)
    await page.getByRole('link', { name: 'hello-world' }).waitFor()
  })

  it('takes a token where another server issues them, and says which', async () => {
    const rootcertbundle = join(await temporaryFolder(), 'root.pem')
    await writeFile(rootcertbundle, certificate)
    const token = { realm: 'https://tokens.example.com/auth', service: 'registry', issuer: 'tokens', rootcertbundle }
    const other = await startServer({ folder: await temporaryFolder(), config: { auth: { token } } })
    atTheEnd(() => other.stop())
    const { page } = await openPage(browser, other.url)
    await page.getByText('Tokens for this registry are issued at https://tokens.example.com/auth.').waitFor()
    await page.getByLabel('Token').fill('no token')
    await page.locator('form.sign-in button[type=submit]').click()
    await page.getByText('The token was refused').waitFor()
  })

  it('searches as one types, and sorts', async () => {
    const { page } = await opened()
    const names = () => page.locator('td.name a').allTextContents()
    await page.keyboard.press('/')
    await page.keyboard.type('pay')
    await eventually(names).toEqual(['shop/payments/gateway', 'shop/payments/ledger'])
    await page.getByLabel('Search repositories').fill('nothing like this')
    await page.getByText('No name has “nothing like this” in it.').waitFor()
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await page.getByRole('button', { name: 'Size' }).click()
    await eventually(async () => (await names())[0]).toBe('shop/storefront')
    // The last push, and turned round the first.
    const byTime = page.getByRole('button', { name: 'Last push' })
    await byTime.click()
    await eventually(async () => (await names())[0]).toBe('public/hello')
    await byTime.click()
    await eventually(async () => (await names())[0]).toBe('shop/storefront')
    const byName = page.getByRole('button', { name: 'Name', exact: true })
    await byName.click()
    await byName.click()
    await eventually(async () => (await names())[0]).toBe('tools/lint')
  })

  it('shows nested names as a tree that closes and opens', async () => {
    const { page } = await opened()
    await page.getByRole('link', { name: 'shop/checkout' }).waitFor()
    await page.getByRole('button', { name: 'Close shop/', exact: true }).click()
    await eventually(() => page.getByRole('link', { name: 'shop/checkout' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Open shop/', exact: true }).press('Enter')
    await page.getByRole('link', { name: 'shop/payments/ledger' }).waitFor()
  })

  it('folds ten thousand repositories, opens what one wants of them, and finds one as one types', async () => {
    const many = await serveMany()
    atTheEnd(() => many.stop())
    const { page, faults, shoot } = await openPage(browser, many.url)
    await eventually(() => page.getByRole('button', { name: /^Open team-/ }).count()).toBe(40)
    expect(await faults()).toEqual([])
    await page.getByRole('button', { name: 'Open team-07/' }).click()
    await page.getByRole('link', { name: 'team-07/service-0047' }).waitFor()
    await page.getByRole('button', { name: 'Show more (150)' }).click()
    await page.getByRole('link', { name: 'team-07/service-9967' }).waitFor()
    await shoot('many')
    await page.keyboard.press('/')
    await page.keyboard.type('service-123')
    await eventually(() => page.locator('td.name a').count()).toBe(10)
    await page.getByLabel('Search repositories').fill('')
    await page.getByRole('button', { name: 'Size' }).click()
    await page.getByText('1–100 of 10,000').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('101–200 of 10,000').waitFor()
  })

  it('opens an image: platforms, layers with their commands, configuration, annotations, what it shares', async () => {
    const { page, shoot } = await opened()
    await page.getByRole('link', { name: 'shop/storefront' }).click()
    await page.getByRole('link', { name: '1.9.1' }).click()
    await page.getByText('COPY /usr/local/ /usr/local/').waitFor()
    const text = async () => (await page.locator('main').textContent()) ?? ''
    for (const each of ['dist/server.js --port 8080', 'NODE_ENV', 'https://git.example.com/shop/storefront', '2 steps without a layer']) {
      await eventually(text).toContain(each)
    }
    await eventually(text).toMatch(/Deleting it frees 52\d kB/)
    await eventually(() => page.locator('.shares a').allTextContents()).toEqual(['1.8.0', '1.9.0'])
    await page.getByRole('button', { name: 'linux/arm64/v8' }).click()
    await eventually(text).toContain('linux/arm64')
    await shoot('image')
  })

  it('copies how to pull it, by each client', async () => {
    const { page } = await opened({ permissions: ['clipboard-read', 'clipboard-write'] }, image)
    const host = new URL(server.url).host
    const copied = async (client: string) => {
      await page.getByRole('button', { name: client, exact: true }).click()
      await page
        .getByRole('button', { name: `Pull with ${client}` })
        .or(page.getByRole('button', { name: 'Copied' }))
        .first()
        .click()
      return page.evaluate('navigator.clipboard.readText()')
    }
    await eventually(() => copied('docker')).toBe(`docker pull ${host}/shop/storefront:1.9.1`)
    await eventually(() => copied('podman')).toBe(`podman pull --tls-verify=false ${host}/shop/storefront:1.9.1`)
    await eventually(() => copied('skopeo')).toContain(`docker://${host}/shop/storefront:1.9.1`)
    await eventually(() => copied('containerd')).toBe(`ctr images pull --plain-http ${host}/shop/storefront:1.9.1`)
    await page.getByLabel('By digest').check()
    await eventually(() => copied('Kubernetes')).toMatch(new RegExp(`image: ${host}/shop/storefront@sha256:[0-9a-f]{64}$`))
  })

  it('downloads what is attached', async () => {
    const { page } = await opened({}, image)
    const section = page.locator('.referrer', { hasText: 'Bill of materials' })
    const [download] = await Promise.all([page.waitForEvent('download'), section.getByRole('button', { name: /^Download/ }).click()])
    const stream = await download.createReadStream()
    expect(Buffer.concat(await Array.fromAsync(stream)).toString()).toBe('{"spdxVersion":"SPDX-2.3","name":"shop/storefront"}')
  })

  it('deletes a tag, an image and a repository, each after it has said what goes and what stays', async () => {
    const { page, go, shoot, faults } = await opened({}, '#/r/base/debian')
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Delete base/debian:12' }).click()
    await eventually(() => dialog.textContent()).toContain('The image itself')
    expect(await faults()).toEqual([])
    await shoot('delete-tag')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('link', { name: '12', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Delete base/debian:12' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('base/debian:12 was deleted.').waitFor()
    await eventually(() => page.locator('td.name a').allTextContents()).toEqual(expect.not.arrayContaining(['12']))

    await go('#/r/shop/checkout:2.1.0')
    await page.getByRole('button', { name: 'Delete image: shop/checkout@sha256' }).click()
    await eventually(() => dialog.textContent()).toContain('4 manifests that only it leads to')
    await shoot('delete-image')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('This repository has no tags').waitFor()

    await page.getByRole('button', { name: 'Delete repository: shop/checkout' }).click()
    const remove = dialog.getByRole('button', { name: 'Delete', exact: true })
    expect(await remove.isDisabled()).toBe(true)
    await dialog.getByLabel('Type shop/checkout to confirm').fill('shop/checkout')
    await remove.click()
    await page.getByRole('link', { name: 'hello-world' }).waitFor()
    expect(await page.getByRole('link', { name: 'shop/checkout' }).count()).toBe(0)
  })

  it('undoes a deletion where that is switched on, platforms and all', async () => {
    const folder = await temporaryFolder()
    const other = await startServer({ folder, config: { policy: { undo: { deletions: true, grace: '48h' } } } })
    atTheEnd(() => other.stop())
    await pushApplication(pusher(other.url), 'shop/app', ['1.0.0'])
    const { page, go, faults } = await openPage(browser, other.url)
    const dialog = page.getByRole('dialog')

    await go('#/r/shop/app:1.0.0')
    await page.getByRole('button', { name: 'Delete image: shop/app' }).click()
    await eventually(() => dialog.textContent()).toContain('It can be undone for 2 days')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('This repository has no tags').waitFor()
    expect(await faults()).toEqual([])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: '1.0.0' }).click()
    await page.getByText('dist/server.js --port 8080').waitFor()
    await eventually(() => page.locator('.referrer h3').count()).toBe(2)

    await page.getByRole('button', { name: 'Delete tag: shop/app' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('This repository has no tags').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: '1.0.0' }).waitFor()
  })

  it('offers to delete nothing to who may not', async () => {
    const { page, go } = await openPage(browser, server.url)
    await go('#/r/public/hello:latest')
    await page.getByRole('heading', { name: 'Layers' }).waitFor()
    expect(await page.getByRole('button', { name: /^Delete/ }).count()).toBe(0)
    await go('#/storage')
    await page.getByText('are shown only to users who may administer').waitFor()
  })

  it('speaks the language of the browser, or the one that is chosen', async () => {
    const { page, shoot } = await opened({ locale: 'ja-JP' })
    await page.getByRole('heading', { name: 'リポジトリ', level: 1 }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
    await shoot('japanese')
    await page.locator('select').first().selectOption('en')
    await page.getByRole('heading', { name: 'Repositories', level: 1 }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  it('is dark where the system is, or where that is chosen', async () => {
    const { page } = await opened({ colorScheme: 'dark' })
    const brightness = () => page.evaluate<number>('Number(/\\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)[0])')
    await eventually(brightness).toBeLessThan(50)
    await page.getByLabel('Colours').selectOption('light')
    await eventually(brightness).toBeGreaterThan(200)
    await page.getByLabel('Colours').selectOption('dark')
    await eventually(brightness).toBeLessThan(50)
  })

  it.each(Object.entries(views))('fits a phone: %s', async (name, hash) => {
    const { page, shoot } = await opened({ viewport: { width: 360, height: 740 }, hasTouch: true }, hash)
    await shoot(`phone-${name}`)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  })

  it.each(Object.entries(views))('has nothing that axe-core finds, light and dark: %s', async (name, hash) => {
    const { page, faults, shoot } = await opened({}, hash)
    expect(await faults()).toEqual([])
    await shoot(name)
    await page.getByLabel('Colours').selectOption('dark')
    expect(await faults()).toEqual([])
    await shoot(`${name}-dark`)
  })

  it('can be used by the keyboard alone', async () => {
    const { page } = await opened()
    await page.keyboard.press('/')
    await page.keyboard.type('hello-w')
    await eventually(() => page.locator('td.name a').count()).toBe(1)
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("href") ?? ""')
    for (let tabs = 0; tabs < 12 && (await focused()) !== '#/r/hello-world'; tabs += 1) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'hello-world' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
  })

  it('is shown in the README as it is under a name of its own', async () => {
    // The browser takes it for what stands at that name.
    const { page } = await openPage(browser, 'https://registry.example.com', {}, async to => {
      await to.route('https://registry.example.com/**', async route => {
        const asked = route.request()
        const { pathname, search } = new URL(asked.url())
        const answer = await fetch(`${server.url}${pathname}${search}`, { headers: await asked.allHeaders() })
        const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'content-encoding'))
        await route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) })
      })
    })
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('User name').fill('alice')
    await page.getByLabel('Password or token of a robot').fill(password)
    await page.locator('form.sign-in button[type=submit]').click()
    await page.getByRole('link', { name: 'shop/storefront' }).click()
    await page.getByRole('link', { name: '1.9.1' }).click()
    await page.getByText('COPY /usr/local/ /usr/local/').waitFor()
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(output, 'readme.png') })
    await page.getByText('docker pull registry.example.com/shop/storefront:1.9.1').waitFor()
  })

  it('says what to do when the registry does not answer, and goes on when it does', async () => {
    const { page, shoot, faults } = await opened()
    await page.route('**/v2/**', route => route.abort())
    await page.getByRole('link', { name: 'Storage and health' }).click()
    await page.getByText('The registry does not answer.').waitFor()
    expect(await faults()).toEqual([])
    await shoot('no-answer')
    await page.unroute('**/v2/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Bytes over time' }).waitFor()
  })
})
