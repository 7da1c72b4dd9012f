import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDockerfile } from '../../../lib/release/read-dockerfile.ts'

test('the app’s own Dockerfile is understood, to its last word', () => {
  const text = readFileSync('registry-app/Dockerfile', 'utf8')

  expect(readDockerfile(text, { VERSION: '1.2.3' })).toEqual({
    base: 'node:24-slim',
    files: [
      { from: 'dist/registry.mjs', to: '/registry.mjs' },
      { from: 'dist/registry-tracing.mjs', to: '/registry-tracing.mjs' },
      { from: 'dist/registry-copy.mjs', to: '/registry-copy.mjs' },
      { from: 'container.yml', to: '/etc/distribution/config.yml' },
    ],
    folders: [{ path: '/var/lib/registry', owner: 65532 }],
    config: {
      User: '65532:65532',
      Volumes: { '/var/lib/registry': {} },
      ExposedPorts: { '5000/tcp': {} },
      Healthcheck: {
        Test: ['CMD', 'node', '/registry.mjs', 'healthcheck'],
        Interval: 10e9,
        Timeout: 5e9,
        StartPeriod: 10e9,
        Retries: 3,
      },
      Entrypoint: ['node', '/registry.mjs'],
      Cmd: ['serve'],
    },
    labels: expect.objectContaining({ 'org.opencontainers.image.title': 'bucket-registry', 'org.opencontainers.image.version': '1.2.3' }),
    variables: { NODE_ENV: 'production', REGISTRY_CONFIGURATION_PATH: '/etc/distribution/config.yml' },
  })
})

test('its base can be another one', () => {
  expect(readDockerfile(readFileSync('registry-app/Dockerfile', 'utf8'), { NODE_IMAGE: 'mine/node' }).base).toBe('mine/node')
})

test.each([
  ['RUN npm install', /has RUN, which a release without Docker cannot carry out/],
  ['WORKDIR /srv', /has WORKDIR \/srv beyond its first stage/],
])('what would have to be run is refused: %s', (line, sentence) => {
  expect(() => readDockerfile(`FROM node:24-slim\n${line}\n`)).toThrow(sentence)
})
