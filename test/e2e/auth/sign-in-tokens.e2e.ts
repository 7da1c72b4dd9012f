import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type OidcIssuer, startOidcIssuer } from '../../support/oidc-issuer.ts'
import { writeLayers } from '../clients/layers.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { kit } from './signed-in.ts'

const cranePath = await tool('crane')

suite('docker and crane, with tokens in place of a password', [dockerEngine, cranePath], () => {
  let folder: string
  let issuer: OidcIssuer
  let server: RegistryServer
  let image: string

  const login = (user: string, secret: string) =>
    docker(['login', '--username', user, '--password', secret, server.host], { env: { DOCKER_CONFIG: join(folder, 'docker') } })
  const crane = (...args: string[]) => run(cranePath.path, args, { env: { DOCKER_CONFIG: join(folder, 'crane') } })
  const craneLogin = (secret: string) => crane('auth', 'login', server.host, '--username', 'oidc', '--password', secret)
  const token = (command: string, ...args: string[]) => kit(['token', command, ...args, '--config', join(folder, 'config.yml')])

  beforeAll(async () => {
    folder = await temporaryFolder()
    issuer = await startOidcIssuer()
    atTheEnd(() => issuer.stop())
    const claims = { repository: 'acme/*', ref: 'refs/heads/main' }
    const oidc = [{ name: 'ci', issuer: issuer.url, audience: 'registry.test', claims, insecure: true }]
    const access = [{ repositories: ['team/**'], who: ['claim:ci'], actions: ['pull', 'push'] }]
    server = await startServer({ folder, config: { auth: { local: {}, oidc }, access } })
    atTheEnd(() => server.stop())
    image = `${server.host}/team/app:v1`
  })

  it('docker logs in with the identity token of a pipeline, and pushes what the rules let it', async () => {
    expect(await login('oidc', issuer.token())).toContain('Login Succeeded')
    const layers = await writeLayers(join(folder, 'layers'), [300_000, 1000])
    await docker(['import', layers[0] ?? '', image])
    atTheEnd(() => docker(['rmi', '--force', image]))
    await docker(['push', image], { env: { DOCKER_CONFIG: join(folder, 'docker') } })
    expect(server.log()).toMatch(/auth\.user\.name="?repo:acme\/app:ref:refs\/heads\/main/)
  })

  it('crane pulls with one, and pushes nowhere else', async () => {
    await craneLogin(issuer.token())
    await crane('validate', '--remote', image)
    await expect(crane('copy', image, `${server.host}/other/app:v1`)).rejects.toThrow(/DENIED|UNAUTHORIZED|403|401/)
  })

  it('no other branch, audience or repository signs in', async () => {
    for (const over of [{ ref: 'refs/heads/dev' }, { aud: 'other' }, { repository: 'evil/app' }, { exp: 1 }]) {
      await expect(login('oidc', issuer.token(over))).rejects.toThrow(/unauthorized/i)
    }
  })

  it('a robot signs in with what kit token makes, does what it is for, and is out when that is revoked', async () => {
    const robot = await token('create', 'deployer', '--repository', 'team/**', '--expires', '1h')
    expect(robot).toMatch(/^brt_\w{50}$/)
    expect(await login('robot', robot)).toContain('Login Succeeded')
    await craneLogin(robot)
    await crane('manifest', image)
    await expect(crane('copy', image, `${server.host}/team/copy:v1`)).rejects.toThrow(/DENIED|UNAUTHORIZED|403|401/)
    expect(await token('list')).toMatch(/^\w{12}\tdeployer\tpull in team\/\*\*/)

    await token('revoke', 'deployer')
    await expect(crane('manifest', image)).rejects.toThrow(/UNAUTHORIZED|401/)
  })

  it('who guesses is told to wait, and whoever works here is not', async () => {
    const password = 'correct horse battery'
    await writeFile(join(folder, 'secret'), password)
    await kit(['user', 'add', 'alice', '--config', join(folder, 'config.yml'), '--password-file', join(folder, 'secret')])
    const ask = async (secret: string) => {
      const authorization = `Basic ${Buffer.from(`alice:${secret}`).toString('base64')}`
      const response = await fetch(`${server.url}/v2/`, { headers: { authorization } })
      return { status: response.status, retryAfter: response.headers.get('retry-after') }
    }
    await expect.poll(() => ask(password), { timeout: 30_000, interval: 1000 }).toMatchObject({ status: 200 })
    const answers: { status: number; retryAfter: string | null }[] = []
    for (let guess = 0; guess < 11; guess += 1) answers.push(await ask(`guess ${guess}`))
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429])
    expect(answers.at(-1)?.retryAfter).toBe('1')
    expect(await ask(password)).toMatchObject({ status: 200 })
  })

  it('no token is in the log', () => {
    expect(server.log()).not.toMatch(/brt_|eyJ/)
  })
})
