import { beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../../../registry-app/src/api/routes.ts'
import { inProcess } from '../../http/support/in-process.ts'
import { sha256 } from '../../support/bytes.ts'
import { configType, descriptor, encode, image, pushBlob, pushImage } from '../../support/images.ts'
import { trial } from '../../support/registry.ts'
import { basic } from '../support/checks.ts'
import { loginOf, opened, password } from './opened.ts'
import { allowed, allowedEverywhere, allowedSomewhere, type PlainIdentity, type PlainRule } from './oracle.ts'
import { identities, repositories, ruleSets } from './table.ts'

const layer = 'a layer of everybody’s'

/** Every end-point, with something in each place of its path; and those that HEAD goes to. */
const endPoints = routes
  .flatMap(route => (route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route]))
  .map(({ method, pattern, scope }) => ({
    method,
    scope,
    aboutOne: pattern.includes('<name>'),
    path: (repository: string) =>
      pattern
        .replace('<name>', repository)
        .replace('<digest>', sha256(layer))
        .replace('<reference>', 'latest')
        .replace('<upload>', 'some-upload'),
  }))

interface Presented {
  readonly says: string
  readonly authorization: string | undefined
  readonly identity: PlainIdentity
  /** A token is for all repositories of the table, or for none. */
  readonly token?: 'for all' | 'for nothing'
}

type Kind = 'come in' | 'prove who you are' | 'you may not'

/** The oracle's answer to a request as a whole. */
function expected(rules: PlainRule[] | undefined, presented: Presented, scope: string, repository: string): Kind {
  const { identity, authorization, token } = presented
  if (scope === 'none') return authorization === undefined ? 'prove who you are' : 'come in'
  const may = scope === 'catalog' ? allowedSomewhere(rules, identity, 'catalog') : allowed(rules, identity, scope, repository)
  if (!may) return identity.kind === 'anonymous' ? 'prove who you are' : 'you may not'
  return token === 'for nothing' ? 'prove who you are' : 'come in'
}

const kindOf = (status: number): Kind => (status === 401 ? 'prove who you are' : status === 403 ? 'you may not' : 'come in')

const allScopes = [
  ...repositories.flatMap(({ there, not = there }) => [there, not]).map(name => `repository:${name}:*`),
  ...['mine/new', 'team/new'].map(name => `repository:${name}:pull,push`),
  'registry:catalog:*',
]

async function opening(rules: PlainRule[] | undefined) {
  const { registry, driver } = trial()
  for (const { there } of repositories) await pushImage(registry, there, layer, { as: 'latest' })
  await pushBlob(registry, 'other/app', 'a secret layer')
  const { local, htpasswd, office } = opened(rules, driver)

  const presented: Presented[] = []
  const byPassword: Presented[] = []
  for (const identity of identities) {
    const isNobody = identity.kind === 'anonymous'
    const credentials = isNobody ? undefined : basic(loginOf(identity), password)
    const who = `${identity.kind} ${identity.name}`
    byPassword.push({ says: `${who} by password`, authorization: credentials, identity })
    const tokenFor = (scopes: string[]) =>
      office.issue({ proof: credentials ? { basic: credentials.slice(6) } : undefined, scopes, offline: false, address: undefined })
    for (const [token, scopes] of [
      ['for all', allScopes],
      ['for nothing', []],
    ] as const) {
      const issued = await tokenFor([...scopes]).catch(() => undefined)
      // Nobody in particular is given one for what he may, and for nothing none.
      const somethingFor =
        token === 'for all' &&
        (allowedSomewhere(rules, identity, 'catalog') ||
          allScopes.some(scope => ['pull', 'push', 'delete'].some(action => allowed(rules, identity, action, scope.split(':')[1] ?? ''))))
      expect(`${who} ${token} ${issued !== undefined}`).toBe(`${who} ${token} ${!isNobody || somethingFor}`)
      if (issued) presented.push({ says: `${who} by a token ${token}`, authorization: `Bearer ${issued.token}`, identity, token })
    }
  }
  const over = { registry, tokens: office }
  return {
    registry,
    // The first has every way of proving who one is.
    ways: [
      { way: 'local', ask: inProcess({ ...over, gate: local }).ask, presented: [...byPassword, ...presented] },
      { way: 'htpasswd', ask: inProcess({ registry, gate: htpasswd }).ask, presented: byPassword },
    ] as const,
  }
}

describe.each(Object.entries(ruleSets))('%s', (_, rules) => {
  let open: Awaited<ReturnType<typeof opening>>
  beforeAll(async () => {
    open = await opening(rules)
  })

  const headersOf = ({ authorization }: Presented): Record<string, string> => (authorization === undefined ? {} : { authorization })

  /** What the catalog shows to whom, before anything is changed. */
  test('the catalog shows what one may pull, and nothing else', async () => {
    for (const { way, ask, presented } of open.ways) {
      for (const each of presented) {
        if (expected(rules, each, 'catalog', '') !== 'come in') continue
        const seen = repositories.map(({ there }) => there).filter(name => sees(rules, each.identity, name))
        const names: string[] = []
        // Page by page, so that what is left out makes no page wrong.
        let path: string | undefined = '/v2/_catalog?n=2'
        while (path) {
          const answer = await ask({ method: 'GET', path, headers: headersOf(each) })
          names.push(...JSON.parse(answer.body).repositories)
          path = /^<([^>]+)>/.exec(answer.headers.link ?? '')?.[1]
        }
        expect(`${way}, ${each.says}: ${names}`).toBe(`${way}, ${each.says}: ${seen.sort()}`)
      }
    }
  })

  test('a blob is mounted from where one may pull, and nobody learns whether it is elsewhere', async () => {
    for (const { way, ask, presented } of open.ways) {
      for (const each of presented) {
        for (const target of ['mine/new', 'team/new']) {
          if (expected(rules, each, 'push', target) !== 'come in') continue
          for (const from of [...repositories.map(({ there }) => there), 'team/bew', undefined]) {
            const everywhere = each.token === undefined && allowedEverywhere(rules, each.identity, 'pull')
            const given = from === undefined ? everywhere : from !== 'team/bew' && allowed(rules, each.identity, 'pull', from)
            const query = `mount=${sha256(layer)}${from === undefined ? '' : `&from=${from}`}`
            const answer = await ask({ method: 'POST', path: `/v2/${target}/blobs/uploads/?${query}`, headers: headersOf(each) })
            expect(`${way}, ${each.says}: ${from} to ${target}: ${answer.status}`).toBe(
              `${way}, ${each.says}: ${from} to ${target}: ${given ? 201 : 202}`,
            )
          }
        }
      }
    }
  })

  test('a manifest that names a foreign digest opens nothing', async () => {
    const stolen = descriptor('a secret layer')
    const config = descriptor('{}', configType)
    for (const { way, ask, presented } of open.ways) {
      for (const each of presented) {
        if (expected(rules, each, 'push', 'team/new') !== 'come in') continue
        const headers = headersOf(each)
        const place = '/v2/team/new'
        await ask({ method: 'POST', path: `${place}/blobs/uploads/?digest=${config.digest}`, headers, body: '{}' })
        for (const missing of [stolen, descriptor('what is nowhere')]) {
          const body = encode(image({ config, layers: [missing] }))
          const answer = await ask({ method: 'PUT', path: `${place}/manifests/latest`, headers, body })
          expect(`${way}, ${each.says}: ${answer.status} ${JSON.parse(answer.body).errors[0].code}`).toBe(
            `${way}, ${each.says}: 400 MANIFEST_BLOB_UNKNOWN`,
          )
        }
        if (expected(rules, each, 'pull', 'team/new') !== 'come in') continue
        const answer = await ask({ method: 'GET', path: `${place}/blobs/${stolen.digest}`, headers })
        expect(`${way}, ${each.says}: ${answer.status}`).toBe(`${way}, ${each.says}: 404`)
      }
    }
  })

  test('what one may not see is answered as what is not there', async () => {
    const [{ ask, presented }] = open.ways
    for (const each of presented) {
      for (const { method, scope, aboutOne, path } of endPoints) {
        // One of them is enough: which one does not depend on the end-point.
        const hidden = repositories.find(({ there, not }) => not !== undefined && expected(rules, each, scope, there) !== 'come in')
        if (!aboutOne || hidden?.not === undefined) continue
        const plain = async (name: string) => {
          const { status, headers, body } = await ask({ method, path: path(name), headers: headersOf(each) })
          const { 'x-request-id': _id, ...rest } = headers
          return JSON.stringify([each.says, method, status, rest, body]).replaceAll(name, 'NAME')
        }
        expect(await plain(hidden.there)).toBe(await plain(hidden.not))
      }
    }
  })

  test('every end-point lets in whom the rules let in', async () => {
    const differing: string[] = []
    for (const { way, ask, presented } of open.ways) {
      for (const [place, each] of presented.entries()) {
        for (const [number, { method, scope, aboutOne, path }] of endPoints.entries()) {
          // In turn: that rules decide for all of them alike is shown by `rules.test.ts`.
          const { there } = repositories[(place + number) % repositories.length] ?? repositories[0]
          const answer = await ask({ method, path: path(there), headers: headersOf(each) })
          const [is, should] = [kindOf(answer.status), expected(rules, each, scope, aboutOne ? there : '')]
          const challenged = answer.headers['www-authenticate']?.startsWith(way === 'local' ? 'Bearer realm=' : 'Basic realm=') === true
          if (is !== should || challenged !== (should === 'prove who you are')) {
            differing.push(`${way}, ${each.says}: ${method} ${path(there)}: ${is} (${answer.status}), and should ${should}`)
          }
        }
      }
    }
    expect(differing).toEqual([])
  })
})

const sees = (rules: PlainRule[] | undefined, identity: PlainIdentity, name: string) =>
  allowed(rules, identity, 'catalog', name) && allowed(rules, identity, 'pull', name)
