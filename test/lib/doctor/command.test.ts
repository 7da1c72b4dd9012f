import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runKit } from '../../../lib/kit.ts'
import type { Faults } from '../../registry-app/doctor/support/faults.ts'
import { storeDouble } from '../../registry-app/doctor/support/store-double.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const keys = { REGISTRY_STORAGE_S3_ACCESSKEY: 'access', REGISTRY_STORAGE_S3_SECRETKEY: 'SECRET' }
const folder = temporaryFolder({ 'local.yml': 'engine: cdktf\nstorage: {driver: filesystem}' })

async function doctor(args: readonly string[], variables: Record<string, string> = keys, environments = folder) {
  let [out, error] = ['', '']
  const surroundings = {
    out: (text: string) => (out += text),
    error: (text: string) => (error += text),
    variables,
    input: piped(),
    ask: async () => undefined,
  }
  const code = await runKit(['--environments', environments, 'doctor', ...args], { ...surroundings, signal: new AbortController().signal })
  return { code, out, error }
}

async function ask(faults: Faults, ...more: string[]) {
  const { endpoint } = await storeDouble(faults)
  return doctor(['--endpoint', endpoint, '--region', 'somewhere-1', '--bucket', 'images', ...more])
}

describe('kit doctor', () => {
  test('gives a line for each question, then the settings, and ends with 0', async () => {
    const { code, out, error } = await ask({ signing: ['v2'] })
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(out).toMatch(/^reachable +ok +127\.0\.0\.1:\d+ takes connections, as 127\.0\.0\.1\nTLS +ok /)
    expect(out).toContain('\nsigning versions          ok      it takes v2 only\n')
    expect(out).toContain('\nA registry can use this bucket.\n')
    const yaml = out.slice(out.indexOf('storage:'))
    expect(parse(yaml).storage.s3).toMatchObject({ bucket: 'images', signingversion: 'v2', secure: false })
  })

  test('ends with 1 where a registry cannot run', async () => {
    const { code, out } = await ask({ staleLists: true })
    expect(code).toBe(1)
    expect(out).toMatch(/A registry cannot use this bucket like this: \d+ of \d+ answers are bad\./)
  })

  test('writes one JSON document for programs', async () => {
    const { code, out } = await ask({ ignoresConditions: true }, '--json')
    const report = JSON.parse(out)
    expect(code).toBe(0)
    expect(report).toMatchObject({
      healthy: true,
      bucket: 'images',
      server: 'Double',
      signing: ['v4', 'v2'],
      settings: { storage: { s3: { signingversion: 'v4' } } },
    })
    expect(report.results).toContainEqual({
      name: 'conditional put',
      verdict: 'lacking',
      says: expect.any(String),
      milliseconds: expect.any(Number),
    })
  })

  test('recommends no settings for a bucket that is not there: what else they would have to say was not asked', async () => {
    const { code, out } = await ask({ missing: true })
    expect(code).toBe(1)
    expect(out).toContain('has no bucket of this name')
    expect(out).not.toContain('config.yml')
    expect(JSON.parse((await ask({ missing: true }, '--json')).out)).not.toHaveProperty('settings')
  })

  test('asks about the bucket of an environment with the keys of its deployment', async () => {
    const { endpoint } = await storeDouble({})
    const storage = `{driver: s3, provider: minio, endpoint: '${endpoint}', region: us-east-1, bucket: images}`
    const environments = temporaryFolder({ 'office.yml': `engine: cdktf\nstorage: ${storage}\n` })
    const deployed = { TF_VAR_s3_access_key: 'access', TF_VAR_s3_secret_key: 'SECRET' }
    const { code, error } = await doctor(['--environment', 'office'], deployed, environments)
    expect({ code, error }).toEqual({ code: 0, error: '' })
  })

  test('shows no secret', async () => {
    const { out, error } = await ask({ signing: [] })
    expect(out + error).not.toContain('SECRET')
  })
})

describe('a command line that cannot be carried out ends with 2:', () => {
  const place = ['--region', 'r', '--bucket', 'b']
  test.each<[args: string[], says: string]>([
    [['--endpoint', 'http://127.0.0.1:1', '--bucket', 'b'], 'the region is missing: give --region, or --environment NAME'],
    [['--region', 'r'], 'the bucket is missing: give --bucket, or --environment NAME'],
    [['--provider', 'hetzer', ...place], 'did you mean hetzner?'],
    [['--provider', 'minio', ...place], 'MinIO needs an endpoint'],
    [['--provider', 'oracle', ...place], 'needs an account'],
    [['--endpoint', 'http://', ...place], 'is no S3 endpoint'],
    [['--ca', '/nowhere.pem', ...place], 'ENOENT'],
    [['--environment', 'local'], 'the environment local does not keep its images in a bucket'],
    [['--secret', 'x'], "unknown option '--secret'"],
  ])('%s', async (args, says) => {
    const { code, out, error } = await doctor(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toContain(says)
  })

  test('without keys, before the store is asked anything', async () => {
    const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' }
    const { code, out, error } = await doctor(place, nowhere)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toMatch(/^error: the keys of the bucket are missing: .*REGISTRY_STORAGE_S3_ACCESSKEY/)
  })

  test('with one of the two keys', async () => {
    const { code, error } = await doctor(place, { REGISTRY_STORAGE_S3_ACCESSKEY: 'access' })
    expect(code).toBe(2)
    expect(error).toContain('go together')
  })
})

test('an environment that is not there is said so as everywhere, and ends with 1', async () => {
  expect(await doctor(['--environment', 'lcoal'])).toMatchObject({ code: 1, error: expect.stringContaining('did you mean local?') })
})
