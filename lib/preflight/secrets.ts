import { bad, good, lacking, skipped } from '../../registry-app/src/doctor/probe.ts'
import { bucketMaker } from '../environment/bucket-maker.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { registrySecrets } from '../environment/registry-config.ts'
import type { Check } from './check.ts'

/** The variables without which Terraform asks a person, or a provider refuses to begin. */
export const secrets: Check = {
  name: 'secrets',
  async ask(environment, { variables }) {
    const isSet = (name: string) => Boolean(variables[name])
    const missing = needed(environment).filter(name => !isSet(name))
    if (missing.length > 0) return bad(`${list(missing)} must be set where the deployment runs`)
    const keys = ['TF_VAR_s3_access_key', 'TF_VAR_s3_secret_key']
    if (environment.storage.driver !== 's3')
      return needed(environment).length > 0 ? good('all variables are set') : skipped('none is needed')
    if (keys.every(isSet)) return good('all variables are set')
    if (keys.some(isSet)) return bad(`${list(keys.filter(name => !isSet(name)))} must be set as well: a key has two halves`)
    return lacking(`${list(keys)} are not set: the registry will look for keys where the AWS SDK does, on its own host`)
  },
}

function needed(environment: CdktfEnvironment): readonly string[] {
  const { dns, host, image, storage, standby } = environment
  const nifcloud = ['NIFCLOUD_ACCESS_KEY_ID', 'NIFCLOUD_SECRET_ACCESS_KEY']
  const cloudflare = ['CLOUDFLARE_API_TOKEN']
  return [
    ...new Set([
      ...(dns?.by === 'nifcloud' || host.instance ? nifcloud : []),
      ...(dns?.by === 'cloudflare' || (storage.driver === 's3' && bucketMaker(storage) === 'cloudflare') ? cloudflare : []),
      ...(dns?.by === 'rfc2136' && dns.keyName !== undefined ? ['TF_VAR_dns_key_secret'] : []),
      ...(image?.username === undefined ? [] : ['TF_VAR_image_password']),
      ...(standby?.user === undefined ? [] : ['TF_VAR_standby_password']),
      ...(standby?.sourceUser === undefined ? [] : ['TF_VAR_standby_source_password']),
      ...registrySecrets(environment).map(({ name }) => `TF_VAR_secret_${name}`),
    ]),
  ]
}

const list = (names: readonly string[]) => names.join(' and ')
