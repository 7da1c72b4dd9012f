import { afterEach, expect, test, vi } from 'vitest'
import { amazonCredentials, registryKeys } from '../../../registry-app/src/s3/amazon-credentials.ts'
import { answer, trialStore } from './support/trial-store.ts'

/** The SDK reads this process's own environment. Nothing of the machine's may be found there. */
function environment(variables: Record<string, string>) {
  for (const name of Object.keys(process.env).filter(name => name.startsWith('AWS_'))) vi.stubEnv(name, undefined)
  const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }
  for (const [name, value] of Object.entries({ ...nowhere, ...variables })) vi.stubEnv(name, value)
  return amazonCredentials({ region: 'eu-west-1', environment: process.env, now: () => new Date() })
}

afterEach(() => {
  vi.unstubAllEnvs()
})

test('are found in the environment', async () => {
  const credentials = environment({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' })
  expect(await credentials()).toMatchObject({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' })
})

test('are fetched from a container’s agent, and again before they end', async () => {
  const temporary = (key: string, minutes: number) =>
    answer(
      200,
      JSON.stringify({
        AccessKeyId: key,
        SecretAccessKey: 's',
        Token: 't',
        Expiration: new Date(Date.now() + minutes * 60_000).toISOString(),
      }),
    )
  const agent = await trialStore(temporary('first', 1), temporary('second', 60))
  const credentials = environment({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.endpoint}/role`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod',
  })
  expect(await credentials()).toMatchObject({ accessKeyId: 'first', sessionToken: 't', expiration: expect.any(Date) })
  await expect.poll(async () => (await credentials()).accessKeyId).toBe('second')
  expect(agent.requests).toMatchObject([
    { url: '/role', headers: { authorization: 'pod' } },
    { url: '/role', headers: { authorization: 'pod' } },
  ])
})

test('that are nowhere are an error that also says how else keys are given, where that is known', async () => {
  environment({})
  const advised = amazonCredentials({ region: 'eu-west-1', environment: process.env, now: () => new Date(), advice: registryKeys })
  await expect(advised()).rejects.toThrow(
    / a container and an instance; or set REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY: /,
  )
})

test('that are nowhere are an error that says where they were looked for', async () => {
  await expect(environment({})()).rejects.toThrow(
    /^no AWS credentials, looked for in the environment, profiles, a web identity token, a container and an instance: /,
  )
})
