import { expect, test } from 'vitest'
import { isPublicName } from '../../../lib/environment/public-name.ts'

test.each(['registry.example.com', 'a.co.jp', 'xn--wgv71a.jp'])('%s can be certified', name => {
  expect(isPublicName(name)).toBe(true)
})

test.each(['localhost', 'registry', 'registry.local', 'registry.internal', 'a.test', '10.0.0.1'])('%s cannot', name => {
  expect(isPublicName(name)).toBe(false)
})
