import { existsSync } from 'node:fs'
import { createServer, type ListenOptions } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CollectionRefused } from '../../../registry-app/src/collection/refused.ts'
import { program } from '../../../registry-app/src/command-line.ts'
import { explainFailure } from '../../../registry-app/src/commands/explain-failure.ts'
import { NothingToMaintain } from '../../../registry-app/src/commands/maintain-alone.ts'
import { CommandRefused } from '../../../registry-app/src/commands/open-for-command.ts'
import { commandPages } from '../../../registry-app/src/commands/pages.ts'
import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { UnknownImage } from '../../../registry-app/src/inspection/report-check.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
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

  test.each([
    ['garbage-collect', new CollectionRefused('nothing was deleted'), 'nothing was deleted\nsee docs/garbage-collection.md'],
    ['maintain', new NothingToMaintain('nothing to do'), 'nothing to do\nsee docs/garbage-collection.md, docs/operations.md'],
    ['retention', new CommandRefused('read-only'), 'read-only\nsee docs/policies.md'],
    ['restore', new RegistryError('DENIED', {}, { message: 'tag v1 names another' }), 'tag v1 names another\nsee docs/policies.md'],
    ['check', new UnknownImage('no such repository'), 'no such repository\nsee docs/operations.md'],
  ])('of %s that was refused is why, and the page that leads through it', (command, error, said) => {
    expect(explainFailure(error, command)).toBe(said)
  })

  test('is led on to pages that are there, by the names of commands', () => {
    const names = program.commands.map(command => command.name())
    for (const [command, pages] of Object.entries(commandPages)) {
      expect(names).toContain(command)
      for (const page of pages.split(', ')) expect(existsSync(join(import.meta.dirname, '../../..', page)), page).toBe(true)
    }
  })

  test('of what nobody expected is the error itself, with its stack', () => {
    const error = new TypeError('x is not a function')
    expect(explainFailure(error)).toBe(error)
  })
})
