/**
 * The only door to cdktf and its bindings: nothing else imports them (biome.json and test/lib/terraform/tf.test.ts see to it).
 *
 * cdktf was archived in December 2025; its successor cdktn has the same API. Moving is this file and a line of package.json.
 * The bindings are imported one by one, since their index is slow to load.
 */
export { Container } from '@cdktf/provider-docker/lib/container/index.js'
export { Image } from '@cdktf/provider-docker/lib/image/index.js'
export { DockerProvider } from '@cdktf/provider-docker/lib/provider/index.js'
export { Volume } from '@cdktf/provider-docker/lib/volume/index.js'
export {
  App,
  AssetType,
  Fn,
  LocalBackend,
  S3Backend,
  TerraformAsset,
  type TerraformElement,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from 'cdktf'
