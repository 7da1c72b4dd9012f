import { expect, test } from 'vitest'
import { readImageName } from '../../../lib/release/image-name.ts'

const hub = { host: 'docker.io' }

test.each([
  ['node:24-slim', { ...hub, repository: 'library/node', reference: '24-slim' }],
  ['you/registry', { ...hub, repository: 'you/registry', reference: undefined }],
  ['docker.io/you/registry:1', { ...hub, repository: 'you/registry', reference: '1' }],
  ['docker.io/node', { ...hub, repository: 'library/node', reference: undefined }],
  ['ghcr.io/you/registry:1.0', { host: 'ghcr.io', repository: 'you/registry', reference: '1.0' }],
  ['localhost:5000/registry', { host: 'localhost:5000', repository: 'registry', reference: undefined }],
  ['r.example.com:5000/a@sha256:0', { host: 'r.example.com:5000', repository: 'a', reference: 'sha256:0' }],
])('%s', (name, expected) => {
  expect(readImageName(name)).toEqual(expected)
})
