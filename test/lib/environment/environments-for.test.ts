import { expect, test } from 'vitest'
import { environmentsFor } from '../../../lib/environment/environments-for.ts'
import { selectEnvironments } from '../../../lib/environment/select-environments.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder({
  'two.yml': 'engine: cdktf\nstorage: {driver: filesystem}',
  'one.yml': 'engine: cdktf\nstorage: {driver: filesystem}',
  'cloud.yml': 'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {kind: instance, region: eu-west-1}',
  'README.md': 'not an environment',
})

const node = (context?: string) => ({ tryGetContext: (key: string) => (key === 'environment' ? context : undefined) })
const names = (engine: 'cdk' | 'cdktf', context?: string, variable?: string) =>
  environmentsFor(engine, { folder, node: node(context), variables: { BUCKET_REGISTRY_ENVIRONMENT: variable } }).map(({ name }) => name)

test('an engine deploys all of its own', () => {
  expect(names('cdktf')).toEqual(['one', 'two'])
  expect(names('cdk')).toEqual(['cloud'])
})

test('the context chooses one, the variable as well, and the context wins', () => {
  expect(names('cdktf', 'two')).toEqual(['two'])
  expect(names('cdktf', undefined, 'one')).toEqual(['one'])
  expect(names('cdktf', 'two', 'one')).toEqual(['two'])
  expect(names('cdktf', '', '')).toEqual(['one', 'two'])
})

test('an environment of the other engine is refused, since nothing would be deployed', () => {
  expect(() => names('cdktf', 'cloud')).toThrow('is deployed by the other engine: npx cdk deploy')
})

test('an unknown name is answered by the nearest one and the list', () => {
  expect(() => names('cdktf', 'tow')).toThrow('no environment is called tow; did you mean two? There are cloud, one, two')
  expect(() => names('cdktf', 'production')).toThrow('no environment is called production; there are cloud, one, two')
})

test('only the chosen one has to be right', () => {
  const broken = temporaryFolder({
    'good.yml': 'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {kind: instance, region: eu-west-1}',
    'bad.yml': 'engine: no',
  })

  expect(selectEnvironments({ folder: broken, name: 'good' })).toHaveLength(1)
  expect(() => selectEnvironments({ folder: broken })).toThrow('bad.yml:1:9')
})

test('the complaints about several files come together', () => {
  const broken = temporaryFolder({ 'a.yml': 'engine: cdktf', 'b.yml': 'engine: cdktf' })

  expect(() => selectEnvironments({ folder: broken })).toThrow(/2 mistakes:\n.*a\.yml.*\n.*b\.yml/)
})

test('a file that would silently not be read is named', () => {
  expect(() => selectEnvironments({ folder: temporaryFolder({ 'a.yaml': 'engine: cdk' }) })).toThrow('an environment file ends in .yml')
})

test('a missing folder is explained', () => {
  expect(() => selectEnvironments({ folder: '/nowhere/environments' })).toThrow('there is no such folder')
})

test('the shipped environments are right', () => {
  expect(selectEnvironments().map(({ name }) => name)).toContain('local')
})
