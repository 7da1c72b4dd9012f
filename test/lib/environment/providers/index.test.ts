import { describe, expect, test } from 'vitest'
import { providerNamed, providers } from '../../../../lib/environment/providers/index.ts'

describe('the presets', () => {
  test('have names of their own', () => {
    expect(new Set(providers.map(({ name }) => name)).size).toBe(providers.length)
  })

  test.each(providers)('$name is reached somewhere, and names its account where the endpoint has one', preset => {
    const own = preset.endpoint !== undefined || preset.exceptions !== undefined
    expect(own).toBe(!['minio', 'ceph', 'garage', 'seaweedfs', 'versity'].includes(preset.name))
    expect(preset.endpoint?.includes('{account}') ?? false).toBe(preset.account !== undefined)
    expect(preset.endpoint ?? '').not.toMatch(/:\/\/|\/$/)
  })

  test.each(providers)('$name cites a document', ({ documentation }) => {
    expect(new URL(documentation).protocol).toBe('https:')
  })
})

describe('a provider', () => {
  test('is found by its name', () => {
    expect(providerNamed('wasabi').title).toBe('Wasabi')
  })

  test.each([
    ['cloudflare-r3', 'did you mean cloudflare-r2?'],
    ['azure', 'there are aws, nifcloud, nifcloud-old, sakura'],
  ])('%s is unknown, and the message helps', (name, message) => {
    expect(() => providerNamed(name)).toThrow(message)
  })
})
