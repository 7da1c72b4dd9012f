import { Stack } from 'aws-cdk-lib'
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { imageFiles } from '../app-folder.ts'
import type { RegistryImage } from './host/host.ts'

export interface ImageProps {
  readonly architecture: RegistryImage['architecture']
  /** An image that is there. @default - one is built from the app's folder, and published with the stack's assets */
  readonly reference?: string | undefined
  /** Who pulls it: `username` and `password`. @default - the role, from Amazon's ECR; else nobody in particular */
  readonly secret?: ISecret | undefined
  /** The folder of the registry app. */
  readonly appFolder: string
  /** What a deployment can put in its place. @default - nothing */
  readonly choose?: (uri: string) => string
}

/** What the registry runs from. With a reference no asset is made, so that a deployment needs no Docker. */
export function registryImage(scope: Construct, props: ImageProps): RegistryImage {
  const { architecture, reference, secret, choose = uri => uri } = props
  return {
    architecture,
    uri: choose(reference ?? builtImage(scope, props)),
    ...(secret === undefined ? {} : { secret }),
    grantPull: grantee => grantPull(scope, grantee),
  }
}

function builtImage(scope: Construct, { appFolder, architecture }: ImageProps): string {
  // Told here, where it can be, and not by Docker in the midst of a deployment.
  imageFiles(appFolder)
  const platform = architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64
  return new DockerImageAsset(scope, 'Image', { directory: appFolder, platform, assetName: 'registry' }).imageUri
}

/** From any repository of the account in its region: which one, a parameter can say at each deployment. */
function grantPull(scope: Construct, grantee: IGrantable): void {
  const repositories = Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName: '*' })
  const grant = (actions: string[], resource: string) =>
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }))
  grant(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], repositories)
  grant(['ecr:GetAuthorizationToken'], '*')
}
