import { describe, expect, test } from 'vitest'
import { EnvironmentError } from '../../../lib/environment/environment-error.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { registrySecrets, renderRegistryConfig } from '../../../lib/environment/registry-config.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'

const docker = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const aws =
  'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {region: eu-west-1, kind: fargate}\n' +
  'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789}\n'
const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-AbCdEf'

const hook = (header: string) =>
  `registry: {notifications: {endpoints: [{name: a, url: "https://a.example"}, {name: b, url: "https://b.example", headers: {${header}}}]}}\n`

const complaintsOf = (text: string): string => {
  try {
    parseEnvironment('a.yml', text)
    return ''
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message
    throw error
  }
}

describe('a secret that the file names', () => {
  test.each([
    ['a header', hook('Authorization: [{secret: hook}]'), 'REGISTRY_NOTIFICATIONS_ENDPOINTS_1_HEADERS_AUTHORIZATION_0'],
    ['a header with dashes', hook('X-Api-Key: [{secret: hook}]'), 'REGISTRY_NOTIFICATIONS_ENDPOINTS_1_HEADERS_X_API_KEY_0'],
    ['an address', 'registry: {health: {http: [{uri: {secret: hook}}]}}', 'REGISTRY_HEALTH_HTTP_0_URI'],
    ['the key of uploads', 'registry: {http: {secret: {secret: hook}}}', 'REGISTRY_HTTP_SECRET'],
    [
      'a password of an upstream',
      'registry: {proxy: {upstreams: [{prefix: a, remoteurl: "https://a.example", username: a, password: {secret: hook}}]}}',
      'REGISTRY_PROXY_UPSTREAMS_0_PASSWORD',
    ],
    [
      'the key of an account at a certificate authority',
      'domain: a.example.com\ncertificate: {by: letsencrypt, directoryUrl: "https://ca.example/dir", eab: {kid: k, hmacKey: {secret: hook}}}',
      'REGISTRY_HTTP_TLS_LETSENCRYPT_EAB_HMACKEY',
    ],
  ])('reaches the registry by a variable, over what its configuration says: %s', (_, text, variable) => {
    const environment = parseEnvironment('a.yml', docker + text)
    expect(registrySecrets(environment)).toEqual([{ name: 'hook', variable }])

    const file = { name: 'config.yml', text: renderRegistryConfig(environment) }
    expect(file.text).not.toContain('hook')
    // A URL, so that it can stand for an address too.
    const given = 'https://b.example/hunter2'
    for (const [variables, readFile] of [
      [{ [variable]: given }, undefined],
      [{ [`${variable}_FILE`]: '/run/x' }, () => given],
    ] as const) {
      const { config } = loadConfig({ file, environment: variables, ...(readFile ? { readFile } : {}) })
      expect(JSON.stringify(config)).toContain(given)
      expect(JSON.stringify(config)).not.toContain('given-elsewhere')
      // Nothing came beside it.
      expect(Object.keys(config.notifications.endpoints[1]?.headers ?? {})).toHaveLength(variable.includes('HEADERS') ? 1 : 0)
    }
  })

  test('is one of Secrets Manager on AWS, where the address of a receiver may be one as well', () => {
    const environment = parseEnvironment('a.yml', `${aws}registry: {notifications: {endpoints: [{name: a, url: {secret: "${arn}"}}]}}`)

    expect(registrySecrets(environment)).toEqual([{ name: arn, variable: 'REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL' }])
  })

  test.each([
    [docker, 'Authorization: [hunter2]', 'Authorization.0: is a secret, and has no place in this file: write {secret: NAME} in its place'],
    [docker, 'Authorization: [hunter2]', 'TF_VAR_secret_NAME'],
    [aws, 'Authorization: [hunter2]', 'write {secret: ARN} in its place, of a secret in Secrets Manager whose text it is'],
    [docker, 'Authorization: hunter2', 'headers.Authorization: is a secret'],
    [docker, `Authorization: [{secret: "${arn}"}]`, 'Authorization.0.secret: must be a name of at most 24 lowercase letters, digits and _'],
    [docker, 'Authorization: [{secret: a, b: c}]', 'Authorization.0.secret: is a secret'],
    [aws, 'Authorization: [{secret: hook}]', 'Authorization.0.secret: must be the ARN of a secret'],
    [docker, 'X.Y: [{secret: hook}]', 'headers.X.Y.0: must stand below a name of letters, digits and dashes'],
  ])('is the way out that is told where a secret stands in the file: %s%s', (engine, header, complaint) => {
    const said = complaintsOf(engine + hook(header))

    expect(said).toContain(complaint)
    expect(said).not.toContain('hunter2')
  })

  test.each([
    ['registry: {log: {level: {secret: hook}}}', 'registry.log.level: must be one of'],
    ['registry: {http: {secret: hunter2}}', 'without it the registry makes one, and keeps it in its storage; else write {secret: NAME}'],
    ['registry: {auth: {htpasswd: {password: {secret: hook}}}}', 'registry.auth.htpasswd.password: cannot be set: the first user'],
    [
      'domain: a.example.com\ncertificate: {by: letsencrypt, eab: {kid: k, hmacKey: {secret: hook}}}',
      'certificate.eab: has no use without certificate.directoryUrl',
    ],
    [
      'domain: a.example.com\ncertificate: {by: letsencrypt, directoryUrl: "https://ca.example", eab: {kid: k, hmacKey: abc}}',
      'certificate.eab.hmacKey: must be a section such as {secret: NAME}',
    ],
  ])('stands in place of a secret that the kit leaves to the file, and of nothing else: %s', (text, complaint) => {
    expect(complaintsOf(docker + text)).toContain(complaint)
  })
})
