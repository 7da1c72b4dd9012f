import { readFileSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { z } from 'zod'
import type { RegistryImage } from '../../../../../lib/aws/host/host.ts'
import { InstanceHost, type InstanceHostProps } from '../../../../../lib/aws/host/instance-host.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const { context } = z.object({ context: z.record(z.string(), z.unknown()) }).parse(JSON.parse(readFileSync('cdk.json', 'utf8')))

export interface InstanceStack {
  readonly host: InstanceHost
  readonly stack: Stack
  readonly template: Template
}

export interface InstanceStackProps extends Partial<InstanceHostProps> {
  /** Who may connect. @default - everybody */
  readonly admit?: readonly string[]
  readonly image?: RegistryImage
  readonly variables?: Readonly<Record<string, string>>
  /** The ARN of the secret with the first user's password. */
  readonly secret?: string
  /** The ARN of a secret whose text signs the addresses of uploads. @default - there is none */
  readonly httpSecret?: string
  readonly graceSeconds?: number
}

const ofThisTest = {
  image: { uri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/registry:1', architecture: 'arm64', grantPull() {} },
  variables: { REGISTRY_LOG: '{"level":"info"}', REGISTRY_STORAGE_S3_BUCKET: 'images' },
  secret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-try-AbCdEf',
  graceSeconds: 30,
} as const

/** A stack with an instance that runs a registry, and nothing of what gives it a bucket. */
export function instanceStack({ admit = ['0.0.0.0/0'], ...more }: InstanceStackProps = {}): InstanceStack {
  const { image, variables, secret, httpSecret, graceSeconds, ...props } = { ...ofThisTest, ...more }
  const stack = new Stack(new App({ outdir: temporaryFolder(), context }), 'registry-try')
  // The CDK's own declarations do not hold under exactOptionalPropertyTypes.
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, restrictDefaultSecurityGroup: false }) as IVpc
  const host = new InstanceHost(stack, 'Host', {
    process: {
      image,
      variables,
      secrets: {
        REGISTRY_AUTH_HTPASSWD_PASSWORD: { secret: Secret.fromSecretCompleteArn(stack, 'Password', secret), field: 'password' },
        ...(httpSecret === undefined ? {} : { REGISTRY_HTTP_SECRET: { secret: Secret.fromSecretCompleteArn(stack, 'Http', httpSecret) } }),
      },
      memoryMiB: 1024,
      graceSeconds,
    },
    network: { vpc, subnets: { subnetType: SubnetType.PUBLIC }, isPublic: true, ipv6: false, admit },
    domain: 'registry.example.com',
    address: { allocationId: 'eipalloc-0123456789abcdef0', ip: '192.0.2.1' },
    logGroup: LogGroup.fromLogGroupName(stack, 'Log', '/registry/try'),
    instanceType: 't4g.small',
    certificate: 'letsencrypt',
    ...props,
  })
  return { host, stack, template: Template.fromStack(stack) }
}

/** The user data in a template, each token in it as an ellipsis. */
export function userDataOf(template: Template): string {
  const [found] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'))
  const parts: unknown[] = found?.Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'][1] ?? []
  return parts.map(part => (typeof part === 'string' ? part : '…')).join('')
}
