import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeAuthority, openssl } from './support/certificates.ts'
import { nginx, startNginx } from './support/nginx.ts'
import { type SecureRegistry, secureRegistry } from './support/secure-registry.ts'

const image = 'bucket-registry-e2e/tls'
const pushed: string[] = []

/** Pushes, forgets, pulls. @returns whether the same image came back */
async function thereAndBack(name: string): Promise<boolean> {
  const id = (of: string) => docker(['image', 'inspect', '--format', '{{.Id}}', of])
  pushed.push(name)
  await docker(['tag', image, name])
  await docker(['push', name])
  await docker(['rmi', name])
  await docker(['pull', name])
  return (await id(name)) === (await id(image))
}

suite('a real Docker engine', [openssl, dockerEngine], () => {
  beforeAll(async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'content'), randomBytes(20_000_000))
    await run('tar', ['-C', folder, '-cf', join(folder, 'image.tar'), 'content'])
    await docker(['import', join(folder, 'image.tar'), image])
  })

  afterAll(async () => void (await docker(['rmi', '--force', ...pushed, image])))

  it('pushes and pulls by HTTPS, also after the certificate was replaced', async () => {
    const registry: SecureRegistry = await secureRegistry()
    expect(await thereAndBack(`${registry.server.host}/docker:first`)).toBe(true)
    await registry.renew('second')
    registry.server.reload()
    expect(await thereAndBack(`${registry.server.host}/docker:second`)).toBe(true)
    expect(registry.server.log()).toMatch(/a new certificate is served/)
    expect(registry.server.log()).toMatch(/http\.request\.uri=\/v2\/docker\/manifests\/first .*http\.response\.status=20/)
  })

  suite('through nginx', [nginx], () => {
    it.each([
      ['127.0.0.1, which is trusted', ['127.0.0.1'], true],
      ['127.0.0.1, which is not trusted', [], false],
    ])('at %s: pushes and pulls, with URLs of %j', async (_, trustedproxies, believed) => {
      const folder = await temporaryFolder()
      const signed = await (await makeAuthority(folder)).sign('nginx')
      const server = await startServer({ folder, config: { http: { trustedproxies, relativeurls: believed ? false : undefined } } })
      atTheEnd(() => server.stop())
      const port = await startNginx({ ...signed, upstream: server.url })
      expect(await thereAndBack(`127.0.0.1:${port}/behind/nginx:v1`)).toBe(true)

      const asked = ['--silent', '--insecure', '--head', '--header', 'X-Forwarded-For: 192.0.2.7', '--request', 'POST']
      const head = await run('curl', [...asked, `https://127.0.0.1:${port}/v2/a/blobs/uploads/`])
      const location = /^location: (\S+)/im.exec(head)?.[1]
      expect(location).toMatch(believed ? new RegExp(`^https://127\\.0\\.0\\.1:${port}/v2/a/blobs/uploads/`) : /^\/v2\/a\/blobs\/uploads\//)
      // Who asked is on 127.0.0.1 too, and so counts as a proxy where that is trusted.
      const who = believed ? '192.0.2.7' : '127.0.0.1'
      const lines = () =>
        server
          .log()
          .split('\n')
          .filter(line => line.includes('http.request.uri=/v2/a/blobs/uploads/'))
      // A line may come a moment after the answer.
      await expect.poll(lines).toEqual([expect.stringContaining(`http.request.remoteaddr=${who} `)])
    })
  })
})
