import { expect, test } from 'vitest'
import { parseSize } from '../../../registry-app/src/config/size.ts'
import { complaintsOf } from './complaints-of.ts'

test.each([
  ['0', 0],
  ['1000000', 1_000_000],
  ['500MB', 500_000_000],
  ['1.5TB', 1_500_000_000_000],
  ['10 GiB', 10_737_418_240],
  ['4kB', 4000],
  ['4 KiB', 4096],
  ['', undefined],
  ['-1', undefined],
  ['10G', undefined],
  ['10gb', undefined],
  ['1e3', undefined],
  ['9999999TB', undefined],
])('%s are %j bytes', (text, size) => expect(parseSize(text)).toBe(size))

test.each([
  ['{prefix: team, limit: 10 gigabytes}', 'must be a size such as 500MB'],
  ['{prefix: team, limit: 0}', 'must be at least 1 bytes'],
  ['{prefix: team/, limit: 1GB}', 'no slash at its end'],
  ['{prefix: "team/*", limit: 1GB}', 'no *'],
  ['{prefix: team}', 'limit'],
])('a quota of %s is refused', (quota, complaint) => {
  expect(complaintsOf(`storage: inmemory\npolicy: {quotas: [${quota}]}`).join('\n')).toContain(complaint)
})
