import { expect, test } from 'vitest'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

markSecrets()

const told =
  'storage: {driver: filesystem}\n' +
  'registry: {notifications: {endpoints: [{name: a, url: "https://a.example", headers: {Authorization: [{secret: web_hook}]}}, {name: b, url: {secret: web_hook}}]}}\n'
const variables = ['REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION_0', 'REGISTRY_NOTIFICATIONS_ENDPOINTS_1_URL']

const app = (more = '') => synthesize([dockerEnvironment('try', told + more)]).stack('registry-try')

test('a secret that the file names is a variable, and one file, which every key reads that names it', () => {
  const { resource, variable = {} } = app()

  expect(variable.secret_web_hook).toMatchObject({
    sensitive: true,
    nullable: false,
    validation: [{ condition: template('var.secret_web_hook != ""') }],
  })
  expect(variable.secret_web_hook).not.toHaveProperty('default')
  expect(resource.docker_container?.registry?.env).toEqual(
    expect.arrayContaining(variables.map(name => `${name}_FILE=/run/registry/secret-web-hook`)),
  )
  expect(resource.docker_container?.secrets?.upload).toEqual([
    { file: '/run/registry/secret-web-hook', content: template('var.secret_web_hook'), permissions: '0444' },
  ])
  expect(JSON.stringify(app())).not.toContain(mark)
})

test('in a Swarm it is a secret of Docker, which the service has', () => {
  const { resource } = app('certificate: {by: none}\nauth: {by: none}\nhost: {swarm: {replicas: 1}}\n')
  const service = JSON.stringify(resource.docker_service?.registry)

  expect(resource.docker_secret?.['secret-web-hook']).toMatchObject({
    data: template('base64encode(var.secret_web_hook)'),
    name: expect.stringMatching(/^registry-try-secret-web-hook-/),
  })
  for (const name of variables) expect(service).toContain(`"${name}_FILE":"/run/registry/secret-web-hook"`)
  expect(service).not.toContain('var.secret_web_hook}')
})

test('where the file names none, there is none', () => {
  const { resource } = synthesize([dockerEnvironment('try', 'storage: {driver: filesystem}')]).stack('registry-try')

  expect(Object.keys(resource.docker_container ?? {})).toEqual(['registry'])
})
