/**
 * The only door to cdktf and its bindings: nothing else imports them (biome.json and test/lib/terraform/tf.test.ts see to it).
 *
 * cdktf was archived in December 2025; its successor cdktn has the same API. Moving is this file and a line of package.json.
 * The bindings are imported one by one, since their index is slow to load.
 */
export { Config } from '@cdktf/provider-docker/lib/config/index.js'
export { Container } from '@cdktf/provider-docker/lib/container/index.js'
export { DataDockerNetwork } from '@cdktf/provider-docker/lib/data-docker-network/index.js'
export { Image } from '@cdktf/provider-docker/lib/image/index.js'
export { Network } from '@cdktf/provider-docker/lib/network/index.js'
export { DockerProvider } from '@cdktf/provider-docker/lib/provider/index.js'
export { Secret } from '@cdktf/provider-docker/lib/secret/index.js'
export { Service } from '@cdktf/provider-docker/lib/service/index.js'
export { Volume } from '@cdktf/provider-docker/lib/volume/index.js'
export { Password } from '@cdktf/provider-random/lib/password/index.js'
export { RandomProvider } from '@cdktf/provider-random/lib/provider/index.js'
export { CertRequest } from '@cdktf/provider-tls/lib/cert-request/index.js'
export { LocallySignedCert } from '@cdktf/provider-tls/lib/locally-signed-cert/index.js'
export { PrivateKey } from '@cdktf/provider-tls/lib/private-key/index.js'
export { TlsProvider } from '@cdktf/provider-tls/lib/provider/index.js'
export { SelfSignedCert } from '@cdktf/provider-tls/lib/self-signed-cert/index.js'
export {
  App,
  AssetType,
  DataTerraformRemoteStateLocal,
  DataTerraformRemoteStateS3,
  Fn,
  LocalBackend,
  Op,
  S3Backend,
  TerraformAsset,
  TerraformCount,
  TerraformDataSource,
  type TerraformElement,
  TerraformOutput,
  TerraformProvider,
  type TerraformRemoteState,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Token,
} from 'cdktf'
