import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { pushImage } from '../../../registry-app/support/images.ts'
import { copy } from '../../copy/support/copy.ts'
import { loopback } from '../../copy/support/loopback.ts'

/** A proxy, as companies have them. */
async function proxy() {
  const asked: string[] = []
  const server = createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url)
    const [host = '', port] = url.split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const each of [socket, onward]) each.on('error', () => onward.destroy())
    onTestFinished(() => void onward.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('goes by the proxy that variables name, but for hosts that they except', async () => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  const { asked, url } = await proxy()

  const copied = await copy([`${from.host}/app`, to.host], { HTTP_PROXY: url, https_proxy: url, NO_PROXY: to.host })

  expect(copied).toMatchObject({ code: 0, error: '' })
  expect(asked).toContain(from.host)
  expect(asked).not.toContain(to.host)
})
