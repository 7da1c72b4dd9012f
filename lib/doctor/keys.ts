import { type CredentialsProvider, staticCredentials } from '../../registry-app/src/s3/credentials.ts'
import { UsageError } from '../usage-error.ts'

/** Where the registry's own container looks for them, which win over the AWS chain's. Never on a command line: every user of the machine reads those. */
const names = { accessKey: 'REGISTRY_STORAGE_S3_ACCESSKEY', secretKey: 'REGISTRY_STORAGE_S3_SECRETKEY' } as const

/** @throws UsageError if there is one of the two without the other */
export function keysFrom(variables: Readonly<Record<string, string | undefined>>, chain: () => CredentialsProvider): CredentialsProvider {
  const [accessKeyId, secretAccessKey] = [variables[names.accessKey], variables[names.secretKey]]
  if (accessKeyId && secretAccessKey) return staticCredentials({ accessKeyId, secretAccessKey })
  if (accessKeyId || secretAccessKey) throw new UsageError(`${names.accessKey} and ${names.secretKey} go together: one of them is not set`)
  return chain()
}
