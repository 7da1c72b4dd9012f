import { afterAll, beforeAll } from 'vitest'

/** A text that must never be found in what is synthesized. */
export const mark = 'MARKED-SECRET'

/** Puts the mark where secrets of a person's shell lie, for all tests of a file. */
export function markSecrets(): void {
  const names = [
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'REGISTRY_HTTP_SECRET',
    'TF_VAR_s3_secret_key',
    'TF_VAR_s3_access_key',
    'TF_VAR_registry_password',
    'TF_VAR_image_password',
    'TF_VAR_standby_password',
    'TF_VAR_standby_source_password',
    'TF_VAR_dns_key_secret',
    'TF_VAR_cache_password_docker_io',
    'TF_VAR_secret_web_hook',
    'AWS_ACCESS_KEY_ID',
    'CLOUDFLARE_API_TOKEN',
    'MINIO_USER',
    'MINIO_PASSWORD',
    'NIFCLOUD_ACCESS_KEY_ID',
    'NIFCLOUD_SECRET_ACCESS_KEY',
    'NIFCLOUD_STORAGE_ACCESS_KEY_ID',
    'NIFCLOUD_STORAGE_SECRET_ACCESS_KEY',
    'REGISTRY_STORAGE_S3_ACCESSKEY',
    'REGISTRY_STORAGE_S3_SECRETKEY',
    'DOCKER_AUTH_CONFIG',
  ]
  const before = names.map(name => process.env[name])
  beforeAll(() => {
    for (const name of names) process.env[name] = mark
  })
  afterAll(() => {
    for (const [index, name] of names.entries()) {
      const value = before[index]
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
}
