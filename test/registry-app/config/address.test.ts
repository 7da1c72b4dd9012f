import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../../registry-app/src/config/address.ts'

describe('an address', () => {
  test.each([
    [':5000', [{ port: 5000 }], false],
    [':0', [{ port: 0 }], false],
    ['0.0.0.0:5000', [{ port: 5000, host: '0.0.0.0' }], false],
    ['[::]:5000', [{ port: 5000, host: '::' }], false],
    ['127.0.0.1:5000', [{ port: 5000, host: '127.0.0.1' }], true],
    ['127.8.9.1:1', [{ port: 1, host: '127.8.9.1' }], true],
    ['[::1]:5000', [{ port: 5000, host: '::1' }], true],
    ['[0:0:0:0:0:0:0:1]:5000', [{ port: 5000, host: '0:0:0:0:0:0:0:1' }], true],
    ['[::ffff:127.0.0.1]:5000', [{ port: 5000, host: '::ffff:127.0.0.1' }], true],
    ['[fe80::1%eth0]:5000', [{ port: 5000, host: 'fe80::1%eth0' }], false],
    ['registry.example.com:443', [{ port: 443, host: 'registry.example.com' }], false],
    ['localhost.example.com:443', [{ port: 443, host: 'localhost.example.com' }], false],
  ])('%s is understood', (addr, listen, loopback) => {
    expect(parseAddress(addr)).toEqual({ listen, loopback })
  })

  test.each(['localhost:5000', 'LOCALHOST:5000'])('%s means both loopback addresses', addr => {
    expect(parseAddress(addr)).toEqual({
      listen: [
        { port: 5000, host: '127.0.0.1' },
        { port: 5000, host: '::1', optional: true },
      ],
      loopback: true,
    })
  })

  test('is a path where it is a unix socket', () => {
    expect(parseAddress('/run/registry.sock', 'unix')).toEqual({ listen: [{ path: '/run/registry.sock' }], loopback: true })
  })

  test.each([
    '',
    '5000',
    'localhost',
    ':',
    ':http',
    ':65536',
    ':-1',
    '::1:5000',
    '[::1]',
    '[::g]:5000',
    '[]:5000',
    '1.2.3:5',
    '256.1.1.1:5',
    'a b:5',
    'http://a:5',
  ])('%j is refused', addr => {
    expect(() => parseAddress(addr)).toThrow(RangeError)
  })

  test('without a path is refused where it is a unix socket', () => {
    expect(() => parseAddress('', 'unix')).toThrow(RangeError)
  })

  test('keeps its host and port, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65_535), (host, port) => {
        const addr = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
        expect(parseAddress(addr).listen).toEqual([{ port, host }])
      }),
    )
  })
})
