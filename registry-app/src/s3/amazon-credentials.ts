import type { CredentialsProvider } from './credentials.ts'
import { refreshedCredentials } from './refreshed-credentials.ts'

export interface AmazonCredentialsOptions {
  /** Where roles are assumed, unless `AWS_REGION` says otherwise. */
  region: string
  environment: Readonly<Record<string, string | undefined>>
  now: () => Date
  /** How else keys are given, for the error that says that there are none. @default - that is not said */
  advice?: string
}

/** Where a registry's own keys would have been taken. */
export const registryKeys = 'or set REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY'

/**
 * What the AWS SDK finds, in its order: environment, profiles, web identity token (IRSA), container (ECS, EKS Pod Identity), instance.
 *
 * It comes only when it is asked: configured keys need none of it.
 */
export function amazonCredentials({ region, environment, now, advice }: AmazonCredentialsOptions): CredentialsProvider {
  return refreshedCredentials(async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
    try {
      // A new one each time: it keeps what it found, and this is asked when that is not enough.
      return await defaultProvider(environment.AWS_REGION ? {} : { clientConfig: { region } })()
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause
      const places = 'the environment, profiles, a web identity token, a container and an instance'
      throw new Error(`no AWS credentials, looked for in ${places}${advice ? `; ${advice}` : ''}: ${reason}`, { cause })
    }
  }, now)
}
