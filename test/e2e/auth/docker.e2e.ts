import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { docker, dockerEngine } from '../support/docker.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { type Guarded, guardedServer, name, password } from './signed-in.ts'

suite('a real Docker engine, before a registry with a password', [dockerEngine], () => {
  let guarded: Guarded
  let host: string
  let image: string

  /** With a configuration of its own, where docker keeps what `login` learned. */
  const asUser = (...args: string[]) => docker(args, { env: { DOCKER_CONFIG: join(guarded.folder, 'docker') } })
  const login = (secret: string) => asUser('login', '--username', name, '--password', secret, host)

  beforeAll(async () => {
    guarded = await guardedServer()
    // Docker speaks plain HTTP to loopback alone.
    host = guarded.server.host
    image = `${host}/team/app:v1`
    const layer = join(guarded.folder, 'layer')
    await mkdir(layer)
    await writeFile(join(layer, 'file'), randomBytes(100_000))
    await run('tar', ['-C', layer, '-cf', `${layer}.tar`, '.'])
    await docker(['import', `${layer}.tar`, image])
  })

  afterAll(() => docker(['rmi', '--force', image]))

  it('does not push without a password', async () => {
    await expect(asUser('push', image)).rejects.toThrow(/no basic auth credentials|authentication required|unauthorized/)
  })

  it('is told so at login with a wrong one', async () => {
    await expect(login('wrong')).rejects.toThrow(/401 Unauthorized|unauthorized/i)
  })

  it('logs in, pushes, and pulls again', async () => {
    expect(await login(password)).toContain('Login Succeeded')
    await asUser('push', image)
    await docker(['rmi', image])
    await asUser('pull', image)
    expect(guarded.server.log()).toMatch(/auth\.user\.name=alice/)
  })

  it('does not pull after logout', async () => {
    await asUser('logout', host)
    await docker(['rmi', image])
    await expect(asUser('pull', image)).rejects.toThrow(/no basic auth credentials|authentication required|unauthorized/)
    await login(password)
    await asUser('pull', image)
  })

  it('leaves no password in the log', () => {
    expect(guarded.server.log()).not.toContain('battery')
    expect(guarded.server.log()).not.toContain(Buffer.from(`${name}:${password}`).toString('base64').slice(0, 20))
  })
})
