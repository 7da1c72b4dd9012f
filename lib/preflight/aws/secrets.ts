import { bad, good, skipped } from '../../../registry-app/src/doctor/probe.ts'
import { registrySecrets } from '../../environment/registry-config.ts'
import type { AwsCheck } from './aws-check.ts'
import { AwsRefusal } from './refusal.ts'

/** The secrets that the file names. What is in them is not asked for. */
export const secrets: AwsCheck = {
  name: 'secrets',
  async ask(environment, { account }) {
    const { storage, image, standby, cache } = environment
    const named = Object.entries({
      'storage.keysSecret': storage.keysSecret,
      'image.secret': image?.secret,
      ...Object.fromEntries(cache.map(({ secret }, index) => [`cache.${index}.secret`, secret])),
      'standby.secret': standby?.secret,
      'standby.sourceSecret': standby?.sourceSecret,
      ...Object.fromEntries(registrySecrets(environment).map(({ name, variable }) => [variable, name])),
    }).filter((each): each is [string, string] => each[1] !== undefined)
    if (named.length === 0) return skipped('the file names none; the data stack makes those that the registry needs')
    for (const [key, SecretId] of named) {
      if (SecretId.split(':')[3] !== account.region) return bad(`${key}: ${SecretId} is not in ${account.region}`)
      try {
        await account.json('SECRETS_MANAGER', 'secretsmanager.DescribeSecret', { SecretId })
      } catch (cause) {
        if (!(cause instanceof AwsRefusal) || cause.refusal.code !== 'ResourceNotFoundException') throw cause
        return bad(`${key}: there is no secret ${SecretId}`)
      }
    }
    return good(`${named.map(([key]) => key).join(' and ')} there`)
  },
}
