import type { KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyNames } from '../../../registry-app/src/auth/jwt/key-names.ts'
import * as certificates from '../../registry-app/auth/support/token-certificates.ts'
import { ecPair, edPair, part, pem, privateKeyIn, publicHalf, rsaPair, signature, token } from '../../registry-app/auth/support/tokens.ts'
import { writeLayers } from '../clients/layers.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { distribution, startDistribution } from '../support/distribution.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { startTokenServer } from './token-server.ts'

const cranePath = await tool('crane')
const [service, issuer] = ['registry.test', 'issuer.test']
const [rsa, ec, ec384, ec521, ed, foreign] = [rsaPair(), ecPair(), ecPair('P-384'), ecPair('P-521'), edPair(), ecPair()]
const shared = 'a secret of many letters that both would share'
const keys = [
  ...Object.entries({ rsa, ec, ec384, ec521, ed }).map(([kid, { jwk }]) => ({ ...jwk, kid })),
  { kty: 'oct', k: part(shared), kid: 'shared' },
]
const now = Math.floor(Date.now() / 1000)
const access = [
  { type: 'repository', name: 'team/app', actions: ['pull', 'push'] },
  { type: 'repository', name: 'all', actions: ['*'] },
  { type: 'registry', name: 'catalog', actions: ['*'] },
]
const claims = { iss: issuer, sub: 'alice', aud: service, exp: now + 300, nbf: now - 10, iat: now - 10, jti: 'x', access }
const signed = (over: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  token({ typ: 'JWT', alg: 'ES256', kid: 'ec', ...header }, { ...claims, ...over }, ec.privateKey)
const by = (alg: string, key: KeyObject | string, header: Record<string, unknown>) => token({ alg, ...header }, claims, key)
const root = privateKeyIn(certificates.keys.root)
const [rootName = ''] = keyNames(publicHalf(root))
const certified = (key: keyof typeof certificates.keys, ...x5c: string[]) => by('ES256', privateKeyIn(certificates.keys[key]), { x5c })
const { leaf, between, below, deep, direct, byLeaf, noSign, byNoSign, odd, strange, weak } = certificates
const publicText = ec.publicKey.export({ format: 'pem', type: 'spki' }).toString()
const text = (claimsText: string) => {
  const input = `${part({ alg: 'ES256', kid: 'ec' })}.${part(claimsText)}`
  return `${input}.${signature('ES256', input, ec.privateKey)}`
}

/** A token, what is asked for with it, and what both answer: 404 is one who was let in, to what is not there. */
const table: readonly (readonly [what: string, token: string | undefined, path: string, status: number])[] = [
  ['none, at the base', undefined, '/v2/', 401],
  ['none, to pull', undefined, '/v2/team/app/tags/list', 401],
  ['none, for the catalog', undefined, '/v2/_catalog', 401],
  ['right, at the base', signed(), '/v2/', 200],
  ['right, to pull', signed(), '/v2/team/app/tags/list', 404],
  ['right, for the catalog', signed(), '/v2/_catalog', 200],
  ['for another repository', signed(), '/v2/team/other/tags/list', 401],
  ['for everything there', signed(), '/v2/all/tags/list', 404],
  ['for nothing, at the base', signed({ access: undefined }), '/v2/', 200],
  ['for nothing, to pull', signed({ access: [] }), '/v2/team/app/tags/list', 401],
  ['for pulling, for the catalog', signed({ access: [{ type: 'registry', name: 'catalog', actions: ['pull'] }] }), '/v2/_catalog', 401],
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map(
    alg => [`by ${alg}`, by(alg, rsa.privateKey, { kid: 'rsa' }), '/v2/', 200] as const,
  ),
  ['by ES384', by('ES384', ec384.privateKey, { kid: 'ec384' }), '/v2/', 200],
  ['by ES512', by('ES512', ec521.privateKey, { kid: 'ec521' }), '/v2/', 200],
  ['by EdDSA', by('EdDSA', ed.privateKey, { kid: 'ed' }), '/v2/', 200],
  ['by a root, by the thumbprint of its key', by('ES256', root, { kid: rootName }), '/v2/', 200],
  ['with a chain of one', certified('direct', direct), '/v2/', 200],
  ['with a chain of two', certified('leaf', leaf, between), '/v2/', 200],
  [
    'with the key of a chain within its own',
    by('ES256', privateKeyIn(certificates.keys.leaf), {
      jwk: { ...publicHalf(privateKeyIn(certificates.keys.leaf)).export({ format: 'jwk' }), x5c: [leaf, between] },
    }),
    '/v2/',
    200,
  ],
  ['with a key that names a trusted one', by('ES256', ec.privateKey, { jwk: { ...ec.jwk, kid: 'ec' } }), '/v2/', 200],
  ['for several audiences', signed({ aud: ['other', service] }), '/v2/', 200],
  ['that ended half a minute ago', signed({ exp: now - 30 }), '/v2/', 200],
  ['that begins in half a minute', signed({ nbf: now + 30 }), '/v2/', 200],
  ['that was made in the future', signed({ iat: now + 3600 }), '/v2/', 200],
  ['without nbf and iat', signed({ nbf: undefined, iat: undefined }), '/v2/', 200],
  ['without a subject', signed({ sub: undefined }), '/v2/', 200],
  ['alg: none', `${part({ alg: 'none' })}.${part(claims)}.`, '/v2/', 401],
  ['by HMAC with the public key', by('HS256', publicText, { kid: 'ec' }), '/v2/', 401],
  ['by HMAC with a secret of the set', by('HS256', shared, { kid: 'shared' }), '/v2/', 401],
  ['by a foreign key', by('ES256', foreign.privateKey, { kid: 'ec' }), '/v2/', 401],
  ['with a foreign key', by('ES256', foreign.privateKey, { jwk: foreign.jwk }), '/v2/', 401],
  ['with a foreign key under a trusted name', by('ES256', foreign.privateKey, { jwk: { ...foreign.jwk, kid: 'ec' } }), '/v2/', 401],
  ['with a private key', by('ES256', ec.privateKey, { jwk: { ...ec.privateKey.export({ format: 'jwk' }), kid: 'ec' } }), '/v2/', 401],
  ['without a name of a key', by('ES256', ec.privateKey, {}), '/v2/', 401],
  ['with a name of a key that is a path', signed({}, { kid: '../../etc/passwd' }), '/v2/', 401],
  ['with a chain whose middle is missing', certified('leaf', leaf), '/v2/', 401],
  ['with a chain that is too long for one of it', certified('deep', deep, below, between), '/v2/', 401],
  ['with a chain by no authority', certified('byLeaf', byLeaf, direct), '/v2/', 401],
  ['with a chain by one that may not sign', certified('byNoSign', byNoSign, noSign), '/v2/', 401],
  ['with a critical extension', certified('odd', odd), '/v2/', 401],
  ['with a chain of a stranger', certified('strange', strange), '/v2/', 401],
  ['with a chain by SHA-1', certified('weak', weak), '/v2/', 401],
  ['with a chain beside a trusted name', by('ES256', ec.privateKey, { kid: 'ec', x5c: [strange] }), '/v2/', 401],
  ['with a critical header', signed({}, { crit: ['x'], x: 1 }), '/v2/', 401],
  ['of another issuer', signed({ iss: 'other' }), '/v2/', 401],
  ['for another audience', signed({ aud: 'other' }), '/v2/', 401],
  ['for no audience', signed({ aud: undefined }), '/v2/', 401],
  ['that has expired', signed({ exp: now - 120 }), '/v2/', 401],
  ['that does not end', signed({ exp: undefined }), '/v2/', 401],
  ['that is not good yet', signed({ nbf: now + 120 }), '/v2/', 401],
  ['whose end is text', signed({ exp: `${now + 300}` }), '/v2/', 401],
  ['whose subject is a number', signed({ sub: 1 }), '/v2/', 401],
  ['that says twice for whom it is', text(`${JSON.stringify(claims).slice(0, -1)},"aud":"${service}"}`), '/v2/', 401],
  ['that is none', 'x.y.z', '/v2/', 401],
  ['of two parts', signed().split('.').slice(0, 2).join('.'), '/v2/', 401],
]

/** Where a signature is wrong, or a claim of a wrong kind, Distribution forgets `error="invalid_token"`, which RFC 6750 asks for (section 3.1). */
const saysLess = /^(by HMAC|by a foreign key|with a foreign key under|with a critical header|whose|that says twice)/

suite('an external token server, beside Distribution', [distribution], () => {
  let urls: readonly [ours: string, theirs: string]

  beforeAll(async () => {
    const folder = await temporaryFolder()
    const [jwks, rootcertbundle] = [join(folder, 'jwks.json'), join(folder, 'roots.pem')]
    await writeFile(jwks, JSON.stringify({ keys }))
    await writeFile(rootcertbundle, pem(certificates.root))
    const auth = { token: { realm: 'https://auth.test/token', service, issuer, jwks, rootcertbundle } }
    const theirs = await startDistribution({ inmemory: {} }, { auth })
    const ours = await startServer({ folder, config: { auth } })
    atTheEnd(() => ours.stop())
    urls = [ours.url, theirs.url]
  })

  const ask = async (base: string, path: string, bearer: string | undefined, method = 'GET') => {
    const response = await fetch(base + path, {
      method,
      ...(bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } }),
    })
    await response.arrayBuffer()
    return { status: response.status, challenge: response.headers.get('www-authenticate') }
  }

  it.each(table)('a token %s', async (what, bearer, path, status) => {
    const [ours, theirs] = await Promise.all(urls.map(url => ask(url, path, bearer)))
    expect([ours?.status, theirs?.status]).toEqual([status, status])
    const said = theirs?.challenge ?? null
    expect(ours?.challenge).toBe(saysLess.test(what) && said !== null ? `${said},error="invalid_token"` : said)
  })

  it.each([
    ['POST', '/v2/team/other/blobs/uploads/'],
    ['PUT', '/v2/team/other/manifests/v1'],
    ['DELETE', '/v2/team/other/manifests/v1'],
    ['HEAD', '/v2/team/other/manifests/v1'],
  ])('%s %s is told what to ask for', async (method, path) => {
    const [ours, theirs] = await Promise.all(urls.map(url => ask(url, path, undefined, method)))
    // In no order of theirs.
    const inOrder = (challenge = '') => challenge.replace('push,pull', 'pull,push')
    expect(ours?.status).toBe(theirs?.status)
    expect(ours?.challenge).toBe(inOrder(theirs?.challenge ?? ''))
  })
})

suite('crane, with tokens of a server elsewhere', [cranePath], () => {
  let server: RegistryServer
  let folder: string
  const crane = (...args: string[]) => run(cranePath.path, args, { env: { DOCKER_CONFIG: join(folder, 'crane') } })

  beforeAll(async () => {
    folder = await temporaryFolder()
    const jwks = join(folder, 'jwks.json')
    await writeFile(jwks, JSON.stringify({ keys }))
    const realm = await startTokenServer(({ user, service: aud, scopes }) => {
      const granted = scopes.flatMap(scope => {
        const [type, name, actions = ''] = scope.split(':')
        return [{ type, name, actions: actions.split(',').filter(action => user === 'alice' || action === 'pull') }]
      })
      return signed({ aud, sub: user ?? '', access: granted })
    })
    server = await startServer({ folder, config: { auth: { token: { realm, service, issuer, jwks } } } })
    atTheEnd(() => server.stop())
  })

  describe('pushes and pulls', () => {
    it('what the server lets it', async () => {
      const image = `${server.host}/team/crane:v1`
      await crane('auth', 'login', server.host, '--username', 'alice', '--password', 'x')
      const layers = await writeLayers(join(folder, 'layers'), [300_000, 1000])
      await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image)
      await crane('validate', '--remote', image)
      await crane('copy', image, `${server.host}/other/crane:v1`)
      expect(server.log()).toMatch(/auth\.user\.name=alice/)
    })

    it('and no more', async () => {
      const image = `${server.host}/team/crane:v1`
      await crane('auth', 'login', server.host, '--username', 'bob', '--password', 'x')
      await crane('manifest', image)
      await expect(crane('copy', image, `${server.host}/bob/crane:v1`)).rejects.toThrow(/UNAUTHORIZED|DENIED/)
    })
  })
})
