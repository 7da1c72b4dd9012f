import { cacheVariable } from '../environment/cache-config.ts'
import { cachePassword } from '../environment/cache-password.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import type { RegistrySecret } from './host/registry-secret.ts'
import { type TerraformStack, TerraformVariable } from './tf.ts'

/** The passwords by which upstreams are asked: variables of Terraform, since they have no place in the environment's file. */
export function cacheSecrets(stack: TerraformStack, cache: CdktfEnvironment['cache']): readonly RegistrySecret[] {
  return cache
    .filter(({ user }) => user !== undefined)
    .map(upstream => {
      const { prefix, url } = upstream
      const name = cachePassword(prefix)
      const password = new TerraformVariable(stack, name, {
        type: 'string',
        default: '',
        nullable: false,
        sensitive: true,
        description: `The password by which ${url} is asked for images. Kept in the stack's state.`,
      })
      return {
        file: name.replaceAll('_', '-'),
        variable: cacheVariable(cache, upstream, 'PASSWORD'),
        value: password.stringValue,
        from: password,
      }
    })
}
