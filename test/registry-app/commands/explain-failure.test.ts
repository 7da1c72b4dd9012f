import { createServer, type ListenOptions } from 'node:net'
import { describe, expect, test } from 'vitest'
import { explainFailure } from '../../../registry-app/src/commands/explain-failure.ts'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { S3Error } from '../../../registry-app/src/s3/errors.ts'

const listenError = (options: ListenOptions) =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', resolve)
    server.listen(options, () => server.close(() => resolve(undefined)))
  })

describe('what a command that failed tells', () => {
  test('of a configuration is every mistake, and the pages that help', () => {
    const error = new ConfigError([{ source: 'config.yml', path: 'http.addr', message: 'is wrong' }])
    expect(explainFailure(error)).toBe(`${error.message}\nsee docs/configuration.md`)
  })

  test('of a store is what it answered, and the page about stores', () => {
    const error = new S3Error('Access Denied', { operation: 'GetObject', bucket: 'images', code: 'AccessDenied', status: 403 })
    expect(explainFailure(error)).toBe('GetObject in bucket images: Access Denied (AccessDenied, 403)\nsee docs/providers.md')
  })

  test('of an address that this machine does not have is what to set', async () => {
    // TEST-NET-3, which is nobody's (RFC 5737).
    expect(explainFailure(await listenError({ host: '203.0.113.1', port: 5000 }))).toMatch(
      /^203\.0\.113\.1:5000: this machine does not have this address\. .*http\.addr/,
    )
  })

  test('of a port that takes root is what to set', () => {
    const error = Object.assign(new Error('listen EACCES: permission denied 0.0.0.0:80'), {
      ...{ code: 'EACCES', syscall: 'listen', address: '0.0.0.0', port: 80 },
    })
    expect(explainFailure(error)).toContain('0.0.0.0:80: this user may not use this port (below 1024 it takes root')
  })

  test('of anything else that has a code is its message alone', () => {
    expect(explainFailure(Object.assign(new Error('broken'), { code: 'ESOMETHING' }))).toBe('broken')
  })

  test('of what nobody expected is the error itself, with its stack', () => {
    const error = new TypeError('x is not a function')
    expect(explainFailure(error)).toBe(error)
  })
})
