import type { CredentialsProvider } from '../s3/credentials.ts'

/** What is shorter is no secret of any store's, and would be found in words. */
const shortest = 8

/**
 * Credentials as they were, and sentences without those that were handed out: a store may put into its messages whatever it was sent.
 */
export function concealing(given: CredentialsProvider): { credentials: CredentialsProvider; conceal: (says: string) => string } {
  const secrets = new Set<string>()
  return {
    async credentials() {
      const handed = await given()
      const { accessKeyId, secretAccessKey, sessionToken = '' } = handed
      for (const each of [accessKeyId, secretAccessKey, sessionToken]) if (each.length >= shortest) secrets.add(each)
      return handed
    },
    conceal: says => [...secrets].reduce((left, secret) => left.replaceAll(secret, '…'), says),
  }
}
