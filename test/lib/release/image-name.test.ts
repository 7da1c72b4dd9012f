import { expect, test } from 'vitest'
import { readImageName } from '../../../lib/release/image-name.ts'

const hub = { origin: 'https://registry-1.docker.io', host: 'https://index.docker.io/v1/' }

test.each([
  ['node:24-slim', { ...hub, repository: 'library/node', reference: '24-slim' }],
  ['you/registry', { ...hub, repository: 'you/registry', reference: undefined }],
  ['docker.io/you/registry:1', { ...hub, repository: 'you/registry', reference: '1' }],
  ['ghcr.io/you/registry:1.0', { origin: 'https://ghcr.io', host: 'ghcr.io', repository: 'you/registry', reference: '1.0' }],
  ['localhost:5000/registry', { origin: 'http://localhost:5000', host: 'localhost:5000', repository: 'registry', reference: undefined }],
  [
    'r.example.com:5000/a@sha256:0',
    { origin: 'https://r.example.com:5000', host: 'r.example.com:5000', repository: 'a', reference: 'sha256:0' },
  ],
])('%s', (name, expected) => {
  expect(readImageName(name)).toEqual(expected)
})
