import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectiveConfig, effectiveYaml } from '../../../registry-app/src/config/effective-config.ts'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { load } from './complaints-of.ts'
import { fileWith, version3 } from './distribution-keys.ts'

/** The files of one of Distribution's keys each that can be loaded: the others are refused, or miss what belongs to it. */
const files = version3.flatMap(([path, value]) => {
  try {
    return [{ path, value, loaded: load(JSON.stringify(fileWith(path, value))) }]
  } catch {
    return []
  }
})

/** A secret of the table is the value itself, or within it. */
const unmasked = (yaml: string, value: unknown) => yaml.replaceAll('"***"', typeof value === 'string' ? JSON.stringify(value) : 'x')

describe('the effective configuration', () => {
  test.each(files)('means the same as a file with $path', ({ value, loaded }) => {
    expect(load(unmasked(effectiveYaml(loaded), value)).config).toEqual(loaded.config)
  })

  test('is tried with most keys', () => {
    expect(files.length).toBeGreaterThan(60)
  })

  test('has every default, with units, and no more than is there', () => {
    const loaded = load('storage: filesystem')
    expect(effectiveConfig(loaded)).toMatchObject({
      version: '0.1',
      storage: { filesystem: { rootdirectory: '/var/lib/registry', maxthreads: 100 }, maintenance: { uploadpurging: { age: '168h' } } },
      http: { addr: ':5000', draintimeout: '0s', timeouts: { idle: '1m15s' } },
      log: { level: 'info' },
    })
    expect(JSON.stringify(effectiveConfig(loaded))).not.toMatch(/inmemory|"s3"|loglevel|validation/)
  })

  test('says where each value came from, unless it is a default', () => {
    const environment = { REGISTRY_HTTP_PREFIX: '/a', REGISTRY_HTTP_HOST_FILE: '/run/host', REGISTRY_LOG_LEVEL: '' }
    const file = {
      name: 'c.yml',
      text: 'storage: filesystem\nhttp:\n  headers: {X-A: [b]}\n  addr:\nlog: {level: warn, fields: {a: {b: c}}}',
    }
    const yaml = effectiveYaml(loadConfig({ file, environment, readFile: () => 'https://example.com' }))
    const lines = yaml.split('\n').map(line => line.trim())
    const expected = [
      'prefix: /a # REGISTRY_HTTP_PREFIX',
      'host: "***" # /run/host',
      '- b # c.yml:3',
      'b: c # c.yml:5',
      'level: info',
      'addr: :5000',
    ]
    expect(lines).toEqual(expect.arrayContaining(expected))
  })

  test('never shows a secret', () => {
    const text =
      'storage: {s3: {bucket: b, region: r, accesskey: a, secretkey: hunter2, sessiontoken: hunter2}}\nhttp: {secret: hunter2}\nnotifications: {endpoints: [{name: a, url: "https://me:p@p/hunter2@example.com"}]}'
    const loaded = load(text)
    expect(effectiveYaml(loaded)).not.toContain('hunter2')
    expect(JSON.stringify(effectiveConfig(loaded))).not.toContain('hunter2')
  })

  test('keeps text as it is, whatever YAML would make of it', () => {
    const text = fc.oneof(
      fc.constantFrom('no', 'on', '0123', '1e3', '~', '1_000', '12:30', '# a', 'a #b', '*', 'a: b', '2024-01-01', ''),
      fc.string(),
    )
    fc.assert(
      fc.property(text, useragent => {
        const loaded = load(JSON.stringify({ storage: { s3: { bucket: 'b', region: 'r', useragent } }, log: { fields: { a: useragent } } }))
        fc.pre(!useragent.includes('//'))
        expect(load(effectiveYaml(loaded)).config).toEqual(loaded.config)
      }),
    )
  })
})
