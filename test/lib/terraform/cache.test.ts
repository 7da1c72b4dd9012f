import { expect, test } from 'vitest'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

markSecrets()

const upstreams =
  'storage: {driver: filesystem}\n' +
  'cache: [{prefix: docker.io, url: "https://registry-1.docker.io", user: alice}, {url: "https://quay.io", user: bob}, {prefix: ghcr.io, url: "https://ghcr.io"}]'

const app = () => synthesize([dockerEnvironment('try', upstreams)]).stack('registry-try')

test('a cache asks its upstreams by passwords that are variables, and reach the registry as files', () => {
  const { resource, variable = {} } = app()
  const { env } = resource.docker_container?.registry ?? {}

  expect(Object.keys(variable).filter(name => name.startsWith('cache'))).toEqual(['cache_password', 'cache_password_docker_io'])
  expect(variable.cache_password).toMatchObject({ default: '', sensitive: true })
  expect(env).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^REGISTRY_PROXY={"remoteurl":"https:\/\/quay.io","username":"bob","upstreams":\[{"prefix":"docker.io"/),
      expect.stringMatching(/^REGISTRY_PROXY_UPSTREAMS_0_PASSWORD_FILE=.*cache_password_docker_io.*cache-password-docker-io/),
      expect.stringMatching(/^REGISTRY_PROXY_PASSWORD_FILE=/),
    ]),
  )
  expect(resource.docker_container?.secrets?.upload).toContainEqual(
    expect.objectContaining({
      file: '/run/registry/cache-password-docker-io',
      content: expect.stringContaining(template('var.cache_password_docker_io').slice(2, -1)),
    }),
  )
  expect(JSON.stringify(app())).not.toContain(mark)
})
