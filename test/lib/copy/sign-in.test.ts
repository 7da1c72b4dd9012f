import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { signIn } from '../../../lib/registry-client/http/sign-in.ts'
import type { Wire } from '../../../lib/registry-client/http/wire.ts'
import { name, pushImage, tag } from '../../registry-app/support/images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { copy, copyWaiting } from './support/copy.ts'
import { type Loopback, loopback, type Rule } from './support/loopback.ts'
import { tokenServer } from './support/token-server.ts'

const password = 'correct-horse-battery'
const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`

/** A folder of docker's configuration. */
const signedIn = (config: unknown) => ({ DOCKER_CONFIG: temporaryFolder({ 'config.json': JSON.stringify(config) }) })
const auth = (user: string) => ({ auth: Buffer.from(user).toString('base64') })

async function withImage(repository = 'team/app') {
  const [from, to] = [await loopback(), await loopback()]
  await pushImage(from.registry, repository, 'a layer', { as: 'v1' })
  return { from, to }
}
const isThere = async ({ registry }: Loopback, repository = 'team/app') =>
  (await registry.tags.get(name(repository), tag('v1'))) !== undefined

describe('Harbor', () => {
  const robot = `robot$team+mover:${password}`
  const harbor = { path: '/service/token', service: 'harbor-registry', users: [robot] }

  test('knows robots, whose names have a dollar in them, by docker’s configuration', async () => {
    const { from, to } = await withImage()
    const tokens = await tokenServer(harbor)
    from.behave(tokens.rule)

    const copied = await copy([`${from.host}/team/app:v1`, to.host], signedIn({ auths: { [from.host]: auth(robot) } }))

    expect(copied).toMatchObject({ code: 0, error: '' })
    expect(await isThere(to)).toBe(true)
    expect(tokens.asked[0]?.url.search).toBe('?service=harbor-registry&scope=repository%3Ateam%2Fapp%3Apull&account=robot%24team%2Bmover')
    // One for everything.
    expect(tokens.asked).toHaveLength(1)
  })

  test('as the target is asked for push as well, and a token that has ended is replaced', async () => {
    const { from, to } = await withImage()
    const tokens = await tokenServer({ ...harbor, expiresIn: 1800 })
    to.behave(tokens.rule)
    let count = 0
    to.behave(request => {
      if (++count === 4) tokens.forget()
      return tokens.rule(request)
    })

    const variables = { COPY_TO_USER: 'robot$team+mover', COPY_TO_PASSWORD: password }
    const copied = await copyWaiting([`${from.host}/team/app:v1`, to.host], variables)

    expect(copied).toMatchObject({ code: 0, error: '' })
    expect(await isThere(to)).toBe(true)
    expect(tokens.asked.map(({ url }) => url.searchParams.get('scope'))).toEqual(Array(2).fill('repository:team/app:pull,push'))
  })

  test('says so where the password is wrong, and nobody hears the password', async () => {
    const { from, to } = await withImage()
    from.behave((await tokenServer(harbor)).rule)
    const file = join(temporaryFolder({ password: 'wrong-horse\n' }), 'password')

    const { code, out, error } = await copy([
      `${from.host}/team/app:v1`,
      to.host,
      '--from-user',
      'robot$team+mover',
      '--from-password-file',
      file,
    ])

    expect(code).toBe(1)
    expect(error).toContain('/service/token: 401: the name or the password is wrong')
    expect(out + error).not.toContain('wrong-horse')
  })
})

describe('GitLab', () => {
  const gitlab = { path: '/jwt/auth', service: 'container_registry', users: [`me:${password}`], refused: /^registry:catalog/ }

  test('has its tokens at another host', async () => {
    const { from, to } = await withImage('group/project/app')
    const tokens = await tokenServer(gitlab)
    from.behave(tokens.rule)

    const { code } = await copy([`${from.host}/group/project/app`, to.host], {
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [from.host]: auth(`me:${password}`) } }),
    })

    expect(code).toBe(0)
    expect(new URL(tokens.realm).host).not.toBe(from.host)
    expect(await isThere(to, 'group/project/app')).toBe(true)
  })

  test('lists its repositories to administrators alone, and one is told what to do', async () => {
    const { from, to } = await withImage('group/project/app')
    from.behave((await tokenServer(gitlab)).rule)
    const { code, error } = await copy([from.host, to.host], { COPY_FROM_USER: 'me', COPY_FROM_PASSWORD: password })
    expect(code).toBe(1)
    expect(error).toContain('does not list its repositories')
    expect(error).toContain('name the repositories one by one')
  })
})

describe('ECR', () => {
  /** Basic, pages of a thousand at most, and passwords that end. */
  const ecr =
    (current: () => string): Rule =>
    ({ headers, query, path }) => {
      if (headers.authorization !== basic(`AWS:${current()}`))
        return {
          status: 401,
          headers: { 'www-authenticate': 'Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com"' },
        }
      if (Number(query.get('n')) > 1000)
        return { status: 405, body: '{"errors":[{"code":"UNSUPPORTED","message":"less than or equal to 1000"}]}' }
      if (path !== '/v2/_catalog') return undefined
      const last = query.get('last')
      const repositories = last === null ? ['team/app'] : ['team/other']
      const link = { link: `<https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/_catalog?last=${'x'.repeat(400)}%3D%3D&n=1000>; rel="next"` }
      return { status: 200, headers: last === null ? link : {}, body: JSON.stringify({ repositories }) }
    }

  /** A PATH with `docker-credential-ecr-login` in it, which counts how often it is asked. */
  function helper(passwords: readonly string[]) {
    const folder = temporaryFolder({ asked: '' })
    const program = join(folder, 'docker-credential-ecr-login')
    writeFileSync(
      program,
      `#!/bin/sh\nread server\necho "$server" >>'${folder}/asked'\nset -- ${passwords.join(' ')}\nn=$(wc -l <'${folder}/asked')\n[ "$n" -gt $# ] && n=$#\neval p=\\$$n\nprintf '{"ServerURL":"%s","Username":"AWS","Secret":"%s"}' "$server" "$p"\n`,
    )
    chmodSync(program, 0o755)
    return `${folder}:${process.env.PATH}`
  }

  test('is asked by a helper’s password, and for its repositories page by page', async () => {
    const { from, to } = await withImage()
    await pushImage(from.registry, 'team/other', 'another', { as: 'v1' })
    from.behave(ecr(() => 'first'))

    const copied = await copy([from.host, to.host], { ...signedIn({ credHelpers: { [from.host]: 'ecr-login' } }), PATH: helper(['first']) })

    expect(copied).toMatchObject({ code: 0, error: '' })
    expect([await isThere(to), await isThere(to, 'team/other')]).toEqual([true, true])
  })

  test('is asked by another password when the first has ended', async () => {
    const { from, to } = await withImage()
    let count = 0
    from.behave(request => ecr(() => (++count > 4 ? 'second' : 'first'))(request))
    const copied = await copy([from.host, to.host, '--jobs', '1'], {
      ...signedIn({ credHelpers: { [from.host]: 'ecr-login' } }),
      PATH: helper(['first', 'second']),
    })
    expect(copied.error).not.toContain('401')
    expect(await isThere(to)).toBe(true)
  })

  test('says that a repository has to be made first', async () => {
    const { from, to } = await withImage()
    const body = '{"errors":[{"code":"NAME_UNKNOWN","message":"The repository with name \'team/app\' does not exist in the registry"}]}'
    to.behave(({ method }) => (method === 'POST' ? { status: 404, body } : undefined))
    expect((await copy([from.host, to.host])).error).toContain('404, NAME_UNKNOWN The repository with name')
  })

  test('a helper that is not there is named', async () => {
    const { from, to } = await withImage()
    from.behave(ecr(() => 'first'))
    const { code, error } = await copy([`${from.host}/team/app`, to.host], { ...signedIn({ credHelpers: { [from.host]: 'nowhere' } }) })
    expect(code).toBe(1)
    expect(error).toContain('docker-credential-nowhere')
  })
})

test('an identity token is exchanged by a form', async () => {
  const { from, to } = await withImage()
  const tokens = await tokenServer({ path: '/token', service: 'here', users: [] })
  from.behave(tokens.rule)

  const { code } = await copy([`${from.host}/team/app`, to.host], signedIn({ auths: { [from.host]: { identitytoken: 'identity' } } }))

  expect(code).toBe(0)
  expect(tokens.asked[0]).toMatchObject({ method: 'POST' })
  expect(Object.fromEntries(tokens.asked[0]?.form ?? [])).toMatchObject({ grant_type: 'refresh_token', scope: 'repository:team/app:pull' })
})

test('where a registry sends somebody for a layer, no password goes along', async () => {
  const { from, to } = await withImage()
  const store = await loopback()
  const seen: (string | undefined)[] = []
  store.behave(({ headers }) => {
    seen.push(headers.authorization)
    return undefined
  })
  await pushImage(store.registry, 'team/app', 'a layer', { as: 'v1' })
  from.behave(({ method, path, headers }) => {
    if (headers.authorization !== basic(`me:${password}`)) return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    return method === 'GET' && path.includes('/blobs/')
      ? { status: 307, headers: { location: `${store.url}${path}?signature=1` } }
      : undefined
  })

  const { code } = await copy([`${from.host}/team/app:v1`, to.host], { COPY_FROM_USER: 'me', COPY_FROM_PASSWORD: password })

  expect(code).toBe(0)
  expect(seen).toEqual([undefined, undefined])
})

describe('a token server is trusted', () => {
  const asking = (header: string, plain: boolean) => {
    const wire: Wire = { exchange: () => Promise.reject(new Error('somebody was asked')), close: async () => {} }
    const identity = signIn({ host: 'registry.example', credentials: async () => undefined, wire, plain, now: () => 0 })
    const answer = { status: 401, headers: { 'www-authenticate': header }, body: (async function* () {})(), drop: async () => {} }
    return identity.learn(answer, [], undefined)
  }
  test.each([
    ['http://auth.example/token', 'to which no password is sent in plain text'],
    ['file:///etc/passwd', 'names no place where to get one'],
    ['', 'names no place where to get one: no realm'],
  ])('by TLS alone, not at "%s"', async (realm, says) => {
    await expect(asking(`Bearer realm="${realm}"`, false)).rejects.toThrow(says)
  })

  test('without, where the registry itself has none', async () => {
    expect(await asking('Bearer realm="http://auth.example/token"', true)).toBe(true)
  })
})
