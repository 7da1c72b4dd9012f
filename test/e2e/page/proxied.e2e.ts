import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { browserProgram, openPage, startBrowser } from './browser.ts'
import { pusher, pushSmall } from './demo-images.ts'

suite('the page by plain HTTP behind a proxy that says nothing of the host', [browserProgram], () => {
  it('deletes, and undoes it', async () => {
    const server = await startServer({ folder: await temporaryFolder(), config: { policy: { undo: { deletions: true } } } })
    atTheEnd(() => server.stop())
    await pushSmall(pusher(server.url), 'app', ['v1', 'v2'])
    // As nginx does it unless told otherwise: the host that the browser named is nowhere.
    const proxy = createServer((asked, answer) => {
      const headers = { ...asked.headers, host: server.host }
      const inner = request(server.url + asked.url, { method: asked.method, headers }, given => {
        answer.writeHead(given.statusCode ?? 502, given.headers)
        given.pipe(answer)
      })
      asked.pipe(inner)
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    atTheEnd(async () => {
      proxy.closeAllConnections()
      proxy.close()
    })
    // Not this machine's name, for which browsers send Sec-Fetch-Site by plain HTTP too.
    const browser = await startBrowser(['--host-resolver-rules=MAP registry.test 127.0.0.1'])
    atTheEnd(() => browser.close())
    const { page, go } = await openPage(browser, `http://registry.test:${(proxy.address() as AddressInfo).port}`)
    const told: boolean[] = []
    page.on('request', each => each.method() === 'POST' && told.push('sec-fetch-site' in each.headers()))
    await go('#/r/app')
    await page.getByRole('button', { name: 'Delete app:v1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('app:v1 was deleted.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('app:v1 is there again.').waitFor()
    expect(told).toEqual([false])
  })
})
