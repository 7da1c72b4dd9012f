import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { amazonCredentials, registryKeys } from '../../../registry-app/src/s3/amazon-credentials.ts'
import { temporaryFolder } from '../support/folder.ts'
import { answer, trialStore } from './support/trial-store.ts'

/** The SDK reads this process's own environment. Nothing of the machine's may be found there. */
function environment(variables: Record<string, string>) {
  for (const name of Object.keys(process.env).filter(name => name.startsWith('AWS_'))) vi.stubEnv(name, undefined)
  const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }
  for (const [name, value] of Object.entries({ ...nowhere, ...variables })) vi.stubEnv(name, value)
  return amazonCredentials({ region: 'eu-west-1', environment: process.env, now: () => new Date() })
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

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

test('are found in a profile', async () => {
  const file = join(await temporaryFolder(), 'credentials')
  await writeFile(
    file,
    '[default]\naws_access_key_id = other\naws_secret_access_key = o\n[work]\naws_access_key_id = key\naws_secret_access_key = s\n',
  )
  const credentials = environment({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' })
  expect(await credentials()).toMatchObject({ accessKeyId: 'key', secretAccessKey: 's' })
})

test('are given for a web identity token, as a pod on EKS has one (IRSA)', async () => {
  const file = join(await temporaryFolder(), 'token')
  await writeFile(file, 'a.web.token')
  const given = `<Credentials><AccessKeyId>key</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${inAnHour()}</Expiration></Credentials>`
  const result = `<AssumeRoleWithWebIdentityResult>${given}</AssumeRoleWithWebIdentityResult>`
  const xml = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</AssumeRoleWithWebIdentityResponse>`
  const service = await trialStore(answer(200, xml, { 'content-type': 'text/xml' }))
  const credentials = environment({
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/registry',
    AWS_ENDPOINT_URL_STS: service.endpoint,
  })
  expect(await credentials()).toMatchObject({ accessKeyId: 'key', sessionToken: 't', expiration: expect.any(Date) })
  expect(service.requests[0]?.body).toMatch(/Action=AssumeRoleWithWebIdentity.*RoleArn=arn.*WebIdentityToken=a\.web\.token/)
})

test('are asked of the instance', async () => {
  const role = { Code: 'Success', AccessKeyId: 'key', SecretAccessKey: 's', Token: 't', Expiration: inAnHour() }
  const metadata = await trialStore(answer(200, 'a session'), answer(200, 'registry'), answer(200, JSON.stringify(role)))
  const credentials = environment({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint })
  expect(await credentials()).toMatchObject({ accessKeyId: 'key', sessionToken: 't', expiration: expect.any(Date) })
  expect(metadata.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'PUT /latest/api/token',
    'GET /latest/meta-data/iam/security-credentials/',
    'GET /latest/meta-data/iam/security-credentials/registry',
  ])
})

test('that are nowhere are an error that says where they were looked for', async () => {
  await expect(environment({})()).rejects.toThrow(
    /^no AWS credentials, looked for in the environment, profiles, a web identity token, a container and an instance: /,
  )
})
