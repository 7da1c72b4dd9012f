import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { appFolder } from '../../../lib/app-folder.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { registryConfig, renderRegistryConfig } from '../../../lib/environment/registry-config.ts'
import { registryVariables } from '../../../lib/environment/registry-variables.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { openExternalTokens } from '../../../registry-app/src/wiring/open-external-tokens.ts'
import { authority } from '../../registry-app/tls/support/certificates.ts'

const smallest = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const hosts = [
  ['on a Docker host', smallest],
  [
    'on AWS',
    'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {region: eu-west-1, kind: fargate}\n' +
      'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n',
  ],
] as const

test('the file goes over what the kit writes, key by key', () => {
  const environment = parseEnvironment(
    'a.yml',
    `${smallest}registry: {log: {level: warn}, storage: {delete: {enabled: false}}, tags: {maxtags: 5}}`,
  )

  expect(registryConfig(environment)).toEqual({
    version: '0.1',
    log: { level: 'warn', formatter: 'json' },
    storage: { filesystem: { rootdirectory: '/var/lib/registry' }, delete: { enabled: false } },
    http: { addr: ':5000', draintimeout: '20s' },
    tags: { maxtags: 5 },
  })
})

test.each(
  hosts.flatMap(([where, host]) => [
    [where, 'tokens', host],
    [where, 'password', host],
  ]),
)('identity tokens, the limit on guesses and rules go beside the way of signing in that the kit chooses: %s, by %s', (_, by, host) => {
  const oidc = '[{name: ci, issuer: https://token.actions.githubusercontent.com, audience: registry, claims: {repository: acme/*}}]'
  const access = '[{repositories: [team/**], who: [claim:ci], actions: [pull, push]}]'
  const environment = parseEnvironment(
    'a.yml',
    `${host}auth: {by: ${by}}\nregistry: {auth: {oidc: ${oidc}, attempts: {longest: 5m}}, access: ${access}}`,
  )
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  expect(by === 'tokens' ? config.auth?.local : config.auth?.htpasswd).toBeDefined()
  expect(config.auth?.oidc).toMatchObject([{ name: 'ci', claims: { repository: ['acme/*'] } }])
  expect(config.auth?.attempts).toMatchObject({ allowed: 10, longest: 300_000 })
  expect(config.access).toMatchObject([{ who: ['claim:ci'] }])
})

test.each(hosts)('garbage is collected, and tags are immutable, as the file says: %s', (_, host) => {
  const environment = parseEnvironment(
    'a.yml',
    `${host}registry: {storage: {maintenance: {garbagecollect: {enabled: true, schedule: 6h}}}, policy: {immutabletags: [{repositories: ["**"]}]}}`,
  )
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  expect(config.storage.maintenance.garbagecollect).toMatchObject({ enabled: true, schedule: '6h' })
  expect(config.policy.immutabletags).toMatchObject([{ repositories: ['**'], tags: ['*'], deletable: false }])
})

test('a private ACME authority is trusted by its text, since no file gets into a container', () => {
  const given = `certificate: {by: letsencrypt, directoryUrl: 'https://ca.lan/dir', authority: ${JSON.stringify(authority)}}`
  const environment = parseEnvironment('a.yml', `${smallest}domain: registry.lan\n${given}`)
  const variables = Object.fromEntries(registryVariables(environment).map(variable => variable.split(/=(.*)/s, 2)))

  for (const config of [
    loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} }).config,
    loadConfig({ environment: variables }).config,
  ]) {
    expect(config.http.tls.letsencrypt).toMatchObject({ directoryurl: 'https://ca.lan/dir', cacert: authority })
  }
})

test('an authority that has signed the certificate of the store is trusted by its text', () => {
  const storage = `storage: {driver: s3, endpoint: 'https://s3.lan', region: x, bucket: images, authority: ${JSON.stringify(authority)}}`
  const environment = parseEnvironment('a.yml', `engine: cdktf\n${storage}\n`)
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  expect(config.storage.s3).toMatchObject({ cacert: authority })
})

test.each(hosts)('a token server elsewhere comes with its keys, which reach the host with the configuration: %s', (_, host) => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] })
  const token = `{realm: "https://auth.example.com/token", service: registry, issuer: auth, jwks: '${keys}'}`
  const access = '[{repositories: [team/**], who: [signed-in], actions: [pull]}]'
  const environment = parseEnvironment('a.yml', `${host}auth: {by: none}\nregistry: {auth: {token: ${token}}, access: ${access}}`)
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  expect(config.auth?.token?.jwks).toBe(keys)
  const { token: settings } = config.auth ?? {}
  if (!settings) throw new Error('there is no token server')
  // As the registry opens it: no file is looked for.
  expect(openExternalTokens(settings, { access: undefined, denied: () => {}, now: () => new Date() })).toBeDefined()
})

test('a text that YAML 1.1 would take for something else is rendered as text', () => {
  const environment = parseEnvironment('a.yml', `${smallest}registry: {log: {fields: {answer: 'no', at: '1:30', octal: '0123'}}}`)

  expect(parse(renderRegistryConfig(environment), { version: '1.1' })).toMatchObject({
    log: { fields: { answer: 'no', at: '1:30', octal: '0123' } },
  })
})

test('a name of Object.prototype in a file is a name like every other', () => {
  const environment = parseEnvironment('a.yml', `${smallest}registry: {log: {fields: {__proto__: {polluted: x}, constructor: here}}}`)

  expect(renderRegistryConfig(environment)).toContain('constructor: here')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('as variables over the image’s own file it means the same as config.yml', () => {
  // GIVEN
  const environment = parseEnvironment(
    'a.yml',
    `${smallest}registry: {http: {headers: {X-Content-Type-Options: [nosniff]}}, log: {fields: {site: 'tokyo \${x}'}}, validation: {manifests: {urls: {allow: ['^https://']}}}}`,
  )
  const variables = Object.fromEntries(registryVariables(environment).map(variable => variable.split(/=(.*)/s, 2)))
  const file = readFileSync(join(appFolder(), 'container.yml'), 'utf8')

  // WHEN
  const byVariables = loadConfig({ file: { name: 'container.yml', text: file }, environment: variables })
  const byFile = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })

  // THEN
  expect([byVariables.config, byVariables.warnings]).toEqual([byFile.config, byFile.warnings])
})
