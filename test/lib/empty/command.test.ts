import { expect, test } from 'vitest'
import { runKit } from '../../../lib/kit.ts'
import { storeDouble } from '../../registry-app/doctor/support/store-double.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const keys = { TF_VAR_s3_access_key: 'a', TF_VAR_s3_secret_key: 's' }

/** What the kit says to `empty try …`, and whether it is content. */
async function empty(storage: string, { args = [], typed, variables = keys }: Given = {}) {
  const environments = temporaryFolder({ 'try.yml': `engine: cdktf\nstorage: ${storage}\n` })
  const said: string[] = []
  const say = (text: string) => said.push(text)
  const asked: string[] = []
  const code = await runKit(['--environments', environments, 'empty', 'try', ...args], {
    out: say,
    error: say,
    variables,
    input: piped(),
    signal: new AbortController().signal,
    ask: async question => {
      asked.push(question)
      return typed
    },
  })
  return { code, text: said.join(''), asked: asked.join() }
}

interface Given {
  readonly args?: readonly string[]
  readonly typed?: string
  readonly variables?: Readonly<Record<string, string>>
}

const bucket = (endpoint: string, more = 'onDestroy: empty') =>
  `{driver: s3, provider: minio, endpoint: '${endpoint}', region: us-east-1, bucket: images, ${more}}`
const contents = { 'docker/registry/v2/blob': 'a layer', other: 'what else is there' }

test.each(['v2', 'v4'] as const)('a bucket whose store knows only signatures of %s is emptied', async signing => {
  const store = await storeDouble({ signing: [signing] }, contents)

  const { code, text } = await empty(bucket(store.endpoint, `onDestroy: empty, signingVersion: ${signing}`), { args: ['--yes'] })

  expect(store.keys()).toEqual([])
  expect(text).toContain('is empty: 2 objects deleted. npx cdktf destroy registry-try registry-try-data deletes it.')
  expect(code).toBe(0)
})

test('the name is asked for, with what will go', async () => {
  const store = await storeDouble({}, contents)

  const { code, asked } = await empty(bucket(store.endpoint), { typed: 'try' })

  expect(asked).toContain('Everything in the bucket images at 127.0.0.1')
  expect(store.keys()).toEqual([])
  expect(code).toBe(0)
})

test.each([
  ['another name', 'images', 'what was typed is not try'],
  ['nobody at the terminal', undefined, '--yes says it'],
])('%s deletes nothing', async (_, typed, message) => {
  const store = await storeDouble({}, contents)

  const { code, text } = await empty(bucket(store.endpoint), typed === undefined ? {} : { typed })

  expect(text).toContain(message)
  expect(code).toBe(2)
  expect(store.keys()).toHaveLength(2)
})

test.each([
  ['keeps its images', bucket('http://nowhere.test', 'onDestroy: retain'), {}, 'keeps its images: storage.onDestroy is retain'],
  ['has a bucket that was there before', bucket('http://nowhere.test', 'existing: true'), {}, 'was there before the environment'],
  ['has a volume', '{driver: filesystem}', {}, 'does not keep its images in a bucket'],
  ['is deployed to another bucket', bucket('http://nowhere.test'), { TF_VAR_s3_bucket: 'theirs' }, 'only images is emptied'],
])('an environment that %s is refused', async (_, storage, variables, message) => {
  const { code, text } = await empty(storage, { args: ['--yes'], variables: { ...keys, ...variables } })

  expect(text).toContain(message)
  expect(code).toBe(2)
})

test('the address of the deployment wins over that of the file', async () => {
  const store = await storeDouble({}, contents)

  await empty(bucket('http://nowhere.test'), { args: ['--yes'], variables: { ...keys, TF_VAR_s3_endpoint: store.endpoint } })

  expect(store.keys()).toEqual([])
})

test('what the store says against it is said without a stack, and that it can go on', async () => {
  const store = await storeDouble({ signing: ['v2'] }, contents)

  const { code, text } = await empty(bucket(store.endpoint), { args: ['--yes'] })

  expect(text).toContain('InvalidRequest')
  expect(text).toContain('the same command goes on with it')
  expect(text).not.toContain('    at ')
  expect(code).toBe(1)
})
