import { expect, test } from 'vitest'
import { dockerEnvironment, synthesize, template } from './synthesize.ts'

const backend = (state: string, stack = 'registry-try') =>
  synthesize([dockerEnvironment('try', `storage: {driver: filesystem}\nstate: ${state}`)]).stack(stack).terraform.backend

test('unless the file says otherwise, the state is a file in the working directory', () => {
  const { terraform } = synthesize([dockerEnvironment('try', 'storage: {driver: filesystem}')]).stack('registry-try')

  expect(terraform.backend).toEqual({ local: { path: expect.stringMatching(/terraform\.registry-try\.tfstate$/) } })
})

test('on Amazon S3 it is an encrypted object for each stack, with a lock beside it', () => {
  const state = '{backend: s3, bucket: states, region: eu-west-1}'
  const place = { bucket: 'states', region: 'eu-west-1', encrypt: true, use_lockfile: true }

  expect(backend(state)).toEqual({ s3: { ...place, key: 'bucket-registry/registry-try.tfstate' } })
  expect(backend(state, 'registry-try-data')).toEqual({ s3: { ...place, key: 'bucket-registry/registry-try-data.tfstate' } })
})

test('on another store it is asked for by path, and nothing of Amazon’s', () => {
  expect(backend("{backend: s3, bucket: states, region: us-east-1, endpoint: 'https://s3.example', prefix: a/b, lock: false}")).toEqual({
    s3: {
      bucket: 'states',
      region: 'us-east-1',
      key: 'a/b/registry-try.tfstate',
      encrypt: false,
      endpoints: { s3: 'https://s3.example' },
      use_path_style: true,
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      skip_region_validation: true,
      skip_requesting_account_id: true,
      skip_s3_checksum: true,
    },
  })
})

test.each([
  ['{backend: local}', 'local', { path: expect.stringMatching(/terraform\.registry-try-data\.tfstate$/) }],
  [
    '{backend: s3, bucket: states, region: eu-west-1}',
    's3',
    { bucket: 'states', region: 'eu-west-1', key: 'bucket-registry/registry-try-data.tfstate' },
  ],
  [
    "{backend: s3, bucket: states, region: us-east-1, endpoint: 'https://s3.example'}",
    's3',
    expect.objectContaining({
      key: 'bucket-registry/registry-try-data.tfstate',
      endpoints: { s3: 'https://s3.example' },
      use_path_style: true,
      skip_credentials_validation: true,
    }),
  ],
])('with %s the registry reads the first password from where the data stack keeps its state', (state, kind, config) => {
  const text = `storage: {driver: filesystem}\ndomain: registry.example.com\nstate: ${state}`
  const { data } = synthesize([dockerEnvironment('try', text)]).stack('registry-try')

  expect(data?.terraform_remote_state?.['registry-try-data']).toMatchObject({ backend: kind, config })
})

test('without a deployed data stack the registry’s is refused, in a sentence that says which one comes first', () => {
  const error_message = expect.stringMatching(/registry-try-data is not deployed.*: deploy registry-try-data first\.$/)
  const asked = (state: string) =>
    synthesize([dockerEnvironment('try', `storage: {driver: filesystem}\nstate: ${state}`)]).stack('registry-try').data
      ?.terraform_remote_state?.['registry-try-data']?.lifecycle
  const postcondition = [{ condition: template('can(self.outputs.kept)'), error_message }]

  expect(asked('{backend: local}')).toEqual({
    precondition: [
      {
        condition: expect.stringMatching(/^\$\{fileexists\("\$\{path\.module\}\/.*terraform\.registry-try-data\.tfstate"\)\}$/),
        error_message,
      },
    ],
    postcondition,
  })
  expect(asked('{backend: s3, bucket: states, region: eu-west-1}')).toEqual({ postcondition })
})

test.each([
  ['{backend: http}', 'state.backend: must be one of local, s3'],
  ['{backend: s3, bucket: states, region: x, secretKey: hunter2}', 'state.secretKey: unknown key'],
  ['s3', 'state: must be a section such as {backend: local}'],
])('%s is explained', (state, message) => {
  expect(() => backend(state)).toThrow(message)
})
