import { describe, expect, test } from 'vitest'
import { type ConfigSource, isEmbedded, loadFrom } from '../../../registry-app/src/commands/config-source.ts'

/** Each file says by `http.prefix` which one it is. */
const fileOf = (name: string) => `storage: inmemory\nhttp: {prefix: /${name}}`
const source = (named: string | undefined, environment: ConfigSource['environment']): ConfigSource => ({
  named,
  environment,
  embedded: fileOf('embedded'),
  readFile: fileOf,
})

describe('the configuration', () => {
  test.each([
    ['named', { REGISTRY_CONFIGURATION: fileOf('text'), REGISTRY_CONFIGURATION_PATH: 'path' }, '/named'],
    [undefined, { REGISTRY_CONFIGURATION: fileOf('text'), REGISTRY_CONFIGURATION_PATH: 'path' }, '/text'],
    [undefined, { REGISTRY_CONFIGURATION: '', REGISTRY_CONFIGURATION_PATH: 'path' }, '/path'],
    [undefined, { REGISTRY_CONFIGURATION: '', REGISTRY_CONFIGURATION_PATH: '' }, '/embedded'],
    [undefined, {}, '/embedded'],
    [undefined, { REGISTRY_CONFIGURATION: fileOf('text'), REGISTRY_HTTP_PREFIX: '/variable' }, '/variable'],
  ])('named on the command line as %s, with %j, is that of %s', (named, environment, prefix) => {
    const given = source(named, environment)
    expect([loadFrom(given).config.http.prefix, isEmbedded(given)]).toEqual([prefix, prefix === '/embedded'])
  })

  test('in one variable has lines and columns in its complaints', () => {
    const given = source(undefined, { REGISTRY_CONFIGURATION: 'storage: inmemory\nlog:\n  level: loud\n' })
    expect(() => loadFrom(given)).toThrow(
      'REGISTRY_CONFIGURATION:3:10: log.level: must be one of debug, info, warn, error (it says "loud")',
    )
  })

  test('is not named by REGISTRY_CONFIGURATION_FILE, whose user hears of the right one', () => {
    const given = source(undefined, { REGISTRY_CONFIGURATION_FILE: 'config.yml' })
    expect(() => loadFrom(given)).toThrow('did you mean REGISTRY_CONFIGURATION_PATH?')
  })
})
