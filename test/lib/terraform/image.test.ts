import { expect, test } from 'vitest'
import { registryOf } from '../../../lib/terraform/use-docker.ts'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

const app = (text: string) => synthesize([dockerEnvironment('try', `storage: {driver: filesystem}\n${text}`)]).stack('registry-try')

test('without a word the engine builds it, unless the variable names one', () => {
  const { resource, variable } = app('')

  expect(variable?.image).toMatchObject({ type: 'string', default: '' })
  expect(resource.docker_image).toMatchObject({
    registry: { count: template('var.image == "" ? 1 : 0') },
    pulled: { count: template('var.image == "" ? 0 : 1'), keep_locally: true },
  })
  expect(resource.docker_container?.registry?.image).toBe(
    template('one(concat(docker_image.registry[*].image_id, docker_image.pulled[*].image_id))'),
  )
})

test('in a Swarm one that was built goes although ended replicas are kept', () => {
  const { resource } = app('certificate: {by: none}\nhost: {swarm: {replicas: 1}}')

  expect(resource.docker_image?.registry?.force_remove).toBe(true)
  expect(app('').resource.docker_image?.registry).not.toHaveProperty('force_remove')
})

test('one that the file names is pulled, and nothing is there to build one', () => {
  const { resource, variable, provider } = app('image: {reference: "ghcr.io/you/registry:1", username: you}')

  expect(Object.keys(resource.docker_image ?? {})).toEqual(['pulled'])
  expect(Object.keys(variable ?? {})).not.toContain('node_image')
  expect(variable?.image).toMatchObject({ default: 'ghcr.io/you/registry:1' })
  expect(variable?.image_password).toEqual({
    description: 'The password of you, who pulls the image.',
    nullable: false,
    sensitive: true,
    type: 'string',
  })
  expect(provider?.docker).toMatchObject([
    { registry_auth: [{ address: 'ghcr.io', username: 'you', password: template('var.image_password') }] },
  ])
})

test.each([
  ['ghcr.io/you/registry:1', 'ghcr.io'],
  ['localhost/registry', 'localhost'],
  ['host:5000/registry', 'host:5000'],
  ['you/registry', 'registry-1.docker.io'],
  ['registry', 'registry-1.docker.io'],
])('%s is at %s', (reference, host) => {
  expect(registryOf(reference)).toBe(host)
})
