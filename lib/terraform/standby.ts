import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { secretsFolder } from '../environment/reach-config.ts'
import { registryPort } from '../environment/registry-config.ts'
import { standbyArguments, standbyMetricsPort } from '../environment/standby.ts'
import type { RegistrySecret } from './host/registry-secret.ts'
import { literal } from './literal.ts'
import { Fn, type TerraformRemoteState, type TerraformStack, TerraformVariable } from './tf.ts'

/** What keeps a standby in step, as a host is to run it. */
export interface StandbyProcess {
  /** As Terraform's templates. */
  readonly arguments: readonly string[]
  /** Files that the arguments name. */
  readonly secrets: readonly RegistrySecret[]
  readonly memoryMiB: number
  /** What the registry is called in the network of both, beside its own name: what its certificate is for. */
  readonly aliases: readonly string[]
}

export interface StandbyOptions {
  readonly domain: TerraformVariable
  readonly data: TerraformRemoteState
}

/** The variables `standby_password` and `standby_source_password` are made on the stack, where somebody signs in by them. */
export function standbyProcess(
  stack: TerraformStack,
  environment: CdktfEnvironment,
  { domain, data }: StandbyOptions,
): StandbyProcess | undefined {
  const { standby, name } = environment
  if (standby === undefined) return undefined
  const { certificate, auth } = reach(environment)
  const isPlain = certificate.by === 'none' || certificate.by === 'proxy'
  const from = standby.sourceUser ?? (auth.by === 'none' ? undefined : auth.user)
  const given = (variable: string, whose: string) =>
    new TerraformVariable(stack, variable, {
      type: 'string',
      nullable: false,
      sensitive: true,
      description: `The password of ${whose}. Kept in the stack's state.`,
    }).stringValue
  const sides = [
    ...(from === undefined
      ? []
      : [
          {
            side: 'from',
            user: from,
            file: 'source-password',
            password:
              standby.sourceUser === undefined
                ? firstPassword(data)
                : given('standby_source_password', `${from}, who pulls from this registry for the standby`),
          },
        ]),
    ...(standby.user === undefined
      ? []
      : [
          {
            side: 'to',
            user: standby.user,
            file: 'target-password',
            password: given('standby_password', `${standby.user}, who pushes to the standby`),
          },
        ]),
  ]
  const authorities = authoritiesOf(environment, data)
  return {
    memoryMiB: standby.memoryMiB,
    aliases: isPlain ? [] : [domain.stringValue],
    arguments: standbyArguments(
      standby,
      isPlain ? `http://registry-${name}:${registryPort}` : `${domain.stringValue}:${registryPort}`,
      ...['--metrics', `:${standbyMetricsPort}`],
      ...sides.flatMap(({ side, user, file }) => [`--${side}-user`, literal(user), `--${side}-password-file`, `${secretsFolder}/${file}`]),
      ...(authorities === undefined ? [] : ['--ca', `${secretsFolder}/authorities.crt`]),
    ),
    secrets: [
      ...sides.map(({ file, password }) => ({ file, value: password })),
      ...(authorities === undefined ? [] : [{ file: 'authorities.crt', value: authorities }]),
    ],
  }
}

const firstPassword = (data: TerraformRemoteState) => Fn.sensitive(data.getString('password'))

/** Who vouches for this registry, where not everybody knows them, and for the other. */
function authoritiesOf(environment: CdktfEnvironment, data: TerraformRemoteState): string | undefined {
  const { certificate } = reach(environment)
  const all = [
    ...(certificate.by === 'self-signed' ? [data.getString('certificate_authority')] : []),
    ...(certificate.by === 'letsencrypt' && certificate.authority !== undefined ? [certificate.authority] : []),
    ...(environment.standby?.authority === undefined ? [] : [environment.standby.authority]),
  ]
  return all.length === 0 ? undefined : Fn.join('\n', all)
}
