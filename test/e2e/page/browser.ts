import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { root } from '../support/paths.ts'
import { tool } from '../support/tool.ts'

export const browserProgram = await tool('chromium')

/** Screenshots of each run, for whoever wants to see what it saw. */
export const output = join(root, 'test-output/page')

/** @param more further switches */
export async function startBrowser(more: readonly string[] = []): Promise<Browser> {
  await mkdir(output, { recursive: true })
  const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return chromium.launch({ executablePath: browserProgram.path, args: ['--no-sandbox', ...quiet, ...more] })
}

/** Milliseconds. */
const patience = 60_000

/** Answers that are errors, and a header that counts by TLS alone. */
const harmless = /Failed to load resource|Cross-Origin-Opener-Policy header has been ignored/

export interface Opened {
  readonly page: Page
  /** Goes to a place of the page, by what stands after `#`. */
  go(hash: string): Promise<void>
  signIn(user: string, password: string): Promise<void>
  /** What axe-core finds in what is shown. */
  faults(): Promise<string[]>
  shoot(name: string): Promise<void>
}

/**
 * The page in a browser of its own, until the test is over: which fails if a script broke, or anything was asked of somebody else than the registry.
 *
 * @param prepare done before anything is asked for
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', error => wrong.push(error.message))
  page.on('console', message => message.type() === 'error' && !harmless.test(message.text()) && wrong.push(message.text()))
  page.on('request', request => {
    if (!request.url().startsWith(`${url}/`) && !/^(data|blob):/.test(request.url())) wrong.push(`asked for ${request.url()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })
  await prepare(page)
  await page.goto(`${url}/ui/`)
  return {
    page,
    async go(hash) {
      await page.goto(`${url}/ui/${hash}`)
      await settled(page)
    },
    async signIn(user, password) {
      await page.getByLabel('User name').fill(user)
      await page.getByLabel('Password or token of a robot').fill(password)
      await page.locator('form.sign-in button[type=submit]').click()
    },
    faults: () => faultsIn(page),
    async shoot(name) {
      await settled(page)
      await page.screenshot({ path: join(output, `${name}.png`), fullPage: true })
    },
  }
}

/** What the page comes to show: a browser on a busy machine may take long for its script, and only one that hangs takes so long. */
export const eventually = (look: () => unknown) => expect.poll(look, { timeout: patience })

/** All that it asked for has come. */
async function settled(page: Page) {
  await page.waitForLoadState('networkidle')
  await eventually(() => page.locator('[aria-busy=true]').count()).toBe(0)
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function faultsIn(page: Page): Promise<string[]> {
  await settled(page)
  // As a debugger evaluates it, whatever the page's policy says of scripts.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))
  })
}
