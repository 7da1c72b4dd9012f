import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { awsEnvironment, synthesize } from '../lib/aws/synthesize.ts'
import { billOf, rowsOf, sumsOf, tableOf, usage } from './support/cost-table.ts'
import { prices, pricesReadOn } from './support/prices.ts'

const named = 'domain: registry.example.com\ndns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}\n'
const shape = (name: string, host: string) =>
  awsEnvironment(name, `storage: {driver: s3, bucket: ${name}-images}\nhost: {region: us-east-1, ${host}}\n${named}`)

/** As the columns are called; the last is what `kind: fargate` is without more words. */
const shapes = {
  instance: shape('instance', 'kind: instance'),
  'fargate, one small task': shape('small', 'kind: fargate, cpu: 256, memoryMiB: 512, minTasks: 1, maxTasks: 2'),
  'fargate, two tasks': shape('large', 'kind: fargate'),
}

const { template } = synthesize(Object.values(shapes))
const rows = rowsOf(Object.values(shapes).map(({ name }) => billOf(template(`registry-${name}-data`), template(`registry-${name}`))))

// What fails here shows the table as it has to be.
test('the guide’s table of costs is what the templates make at the published prices', () => {
  expect(section(readFileSync('docs/deploy-on-aws.md', 'utf8'), 'USD a month')).toBe(tableOf(Object.keys(shapes), rows))
})

test('the guide says what was assumed, when the prices were read, and where they stand', () => {
  const page = readFileSync('docs/deploy-on-aws.md', 'utf8')
  for (const words of [
    pricesReadOn,
    ...Object.values(usage).map(each => each.toLocaleString('en')),
    ...Object.values(prices).map(({ page }) => page),
  ])
    expect(page).toContain(words)
})

test('the README’s sums are those of the guide', () => {
  const sums = sumsOf(rows).map(sum => `${Math.round(sum)} USD`)
  expect(section(readFileSync('README.md', 'utf8'), 'a month on AWS').split('\n').at(-1)).toBe(`| about | ${sums.join(' | ')} |`)
})

/** The table that begins with these words. */
function section(page: string, first: string): string {
  const lines = page.split('\n')
  const start = lines.findIndex(line => line.startsWith(`| ${first} |`))
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
  return start < 0 ? '' : lines.slice(start, end < 0 ? undefined : end).join('\n')
}
