import { join } from 'node:path'
import { expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openssl } from '../tls/support/certificates.ts'
import { browserProgram, eventually, openPage, startBrowser } from './browser.ts'

suite('the page by TLS', [browserProgram, openssl], () => {
  it('says how many days the certificate has left, and of the new one after it was renewed', async () => {
    const browser = await startBrowser()
    atTheEnd(() => browser.close())
    const folder = await temporaryFolder()
    const [certificate, key] = [join(folder, 'own.pem'), join(folder, 'own.key')]
    const selfSign = (days: number) => {
      const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', String(days)]
      const names = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=DNS:registry.test,IP:127.0.0.1']
      return run(openssl.path, [...request, ...names, '-keyout', key, '-out', certificate])
    }
    await selfSign(10)
    const server = await startServer({ folder, config: { http: { tls: { certificate, key } } } })
    atTheEnd(() => server.stop())
    expect(server.url).toMatch(/^https:/)

    const { page, go, shoot } = await openPage(browser, server.url, { ignoreHTTPSErrors: true })
    await go('#/storage')
    const left = page.getByRole('row', { name: 'registry.test' }).locator('.tag')
    const shown = async () => {
      await page.reload()
      return [await left.textContent(), await left.getAttribute('class')]
    }
    // Whole days, of which the tenth has begun.
    await eventually(shown).toEqual(['9 days left', 'tag warning'])
    await shoot('certificate')

    await selfSign(90)
    server.reload()
    await eventually(shown).toEqual(['89 days left', 'tag ok'])
  })
})
