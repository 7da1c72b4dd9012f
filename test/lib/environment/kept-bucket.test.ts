import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { changeFile, onKeptBucket } from '../../support/change-file.ts'

const shipped = (name: string) => readFileSync(`environments/${name}.yml`, 'utf8')

test.each(['aws-instance', 'aws-fargate', 'aws-private'])('the file of %s serves a bucket that was kept, once it says so', name => {
  const { storage } = parseEnvironment(`${name}.yml`, onKeptBucket(shipped(name)))

  expect(storage).toMatchObject({ existing: true, bucket: expect.stringContaining('example-registry') })
})

test('a change leaves the rest of a file as it was, its comments too', () => {
  const changed = changeFile(shipped('aws-instance'), { 'registry.log.level': 'debug' })

  expect(parseEnvironment('aws-instance.yml', changed).registry).toEqual({ log: { level: 'debug' } })
  expect(changed).toContain('# The zone that the name lies in, at Route 53.')
})
