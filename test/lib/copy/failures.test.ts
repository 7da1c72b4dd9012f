import { expect, test } from 'vitest'
import { pushImage } from '../../registry-app/support/images.ts'
import { freePort } from '../../support/free-port.ts'
import { copy, copyWaiting } from './support/copy.ts'
import { loopback } from './support/loopback.ts'

const page = /\nsee docs\/migration\.md\n$/

test('a registry where nobody listens is told with the page to read', async () => {
  const host = `127.0.0.1:${await freePort()}`

  const { code, error } = await copyWaiting([`${host}/app:v1`, (await loopback()).host])

  expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining(`${host}/v2/: connect ECONNREFUSED`) })
  expect(error).toMatch(page)
})

test.each([[[]], [['--json']]])('a password that is wrong, too, whose images are named before, with %j', async more => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })
  from.behave(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="registry"' } }))

  const pair = [`${from.host}/app:v1`, to.host, ...more]
  const { code, out, error } = await copy(pair, { COPY_FROM_USER: 'me', COPY_FROM_PASSWORD: 'wrong-horse' })

  expect(code).toBe(1)
  expect(out + error).toMatch(/401, the registry wants somebody to sign in, or somebody else/)
  expect(`\n${error}`).toMatch(page)
  expect(out + error).not.toContain('wrong-horse')
})

test('a copy that succeeds needs no page', async () => {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, 'app', 'a layer', { as: 'v1' })

  expect(await copy([`${from.host}/app:v1`, to.host])).toMatchObject({ code: 0, error: '' })
})
