/**
 * The package's own name: reading environments, which both engines share. It loads neither aws-cdk-lib nor cdktf.
 *
 * The engines' stacks and constructs have entry points of their own, so that whoever uses one does not need the other installed:
 *
 * - `bucket-registry` is this file, `lib/index.ts`
 * - `bucket-registry/aws` is `lib/aws/index.ts`; its peers are aws-cdk-lib and constructs
 * - `bucket-registry/terraform` is `lib/terraform/index.ts`; its peers are cdktf, @cdktf/provider-docker, -random and -tls, and constructs
 *
 * @example
 * import { App } from 'aws-cdk-lib'
 * import { environmentsFor } from 'bucket-registry'
 * import { addEnvironments } from 'bucket-registry/aws'
 *
 * const app = new App()
 * addEnvironments(app, environmentsFor('cdk', app))
 */
export * from './environment/index.ts'
export { version } from './version.ts'
