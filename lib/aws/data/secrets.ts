import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

export interface RegistrySecretsProps {
  /** The first user. @default - nobody signs in */
  readonly user?: string
}

/** The fields of the first user's secret: those that ECS, too, expects of whoever pulls an image. */
export const userFields = { name: 'username', password: 'password' } as const

/** The one field of the secret that signs the URLs of uploads, and seals the keys of certificates. */
export const httpSecretField = 'secret'

/**
 * What is secret and outlives the registry, made by Secrets Manager, so that it is in no template.
 *
 * They have no names of their own: a name would be blocked for a week or more after its secret was deleted.
 */
export class RegistrySecrets extends Construct {
  readonly user: ISecret | undefined
  readonly http: ISecret

  constructor(scope: Construct, id: string, { user }: RegistrySecretsProps = {}) {
    super(scope, id)
    const http = new Secret(this, 'Http', {
      description: 'Signs the URLs of uploads to the registry, and seals the keys of its certificates',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: httpSecretField,
        passwordLength: 64,
        excludePunctuation: true,
      },
    })
    // The CDK's own declarations do not hold under exactOptionalPropertyTypes.
    this.http = http as ISecret
    this.user = user === undefined ? undefined : (this.#first(user) as ISecret)
  }

  #first(user: string): Secret {
    return new Secret(this, 'User', {
      description: 'The first user of the registry; ECS takes it as repository credentials',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ [userFields.name]: user }),
        generateStringKey: userFields.password,
        passwordLength: 32,
        // It is typed, and stands in command lines.
        excludePunctuation: true,
      },
    })
  }

  /** Fixes their names in the template: a secret under another would be another secret. */
  overrideLogicalIds(): void {
    for (const [id, secret] of Object.entries({ HttpSecret: this.http, UserSecret: this.user })) {
      if (secret) (secret.node.defaultChild as CfnSecret).overrideLogicalId(id)
    }
  }
}
