import { expect, test } from 'vitest'
import { isPrivateRange } from '../../../lib/environment/private-range.ts'

test.each(['10.0.0.0/8', '10.1.2.3/32', '172.16.0.0/12', '172.31.255.0/24', '192.168.0.0/16', '100.64.0.0/10'])('%s is private', range => {
  expect(isPrivateRange(range)).toBe(true)
})

test.each([
  '0.0.0.0/0',
  '10.0.0.0/7',
  '172.16.0.0/11',
  '172.32.0.0/16',
  '192.168.0.0/15',
  '8.8.8.8/32',
  '10.0.0.0',
  '10.0.0/8',
  '10.0.0.0/33',
  'fd00::/8',
  '',
])('%s is not', range => {
  expect(isPrivateRange(range)).toBe(false)
})
