import { readFileSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { z } from 'zod'
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
}

/** A stack with an instance that runs a registry, and nothing of what gives it a bucket. */
export function instanceStack({ admit = ['0.0.0.0/0'], ...props }: InstanceStackProps = {}): InstanceStack {
  const stack = new Stack(new App({ outdir: temporaryFolder(), context }), 'registry-try')
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, restrictDefaultSecurityGroup: false })
  const host = new InstanceHost(stack, 'Host', {
    process: {
      image: { uri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/registry:1', architecture: 'arm64', grantPull() {} },
      variables: { REGISTRY_LOG: '{"level":"it\'s"}', REGISTRY_STORAGE_S3_BUCKET: 'images' },
      secrets: {
        REGISTRY_AUTH_HTPASSWD_PASSWORD: {
          secret: Secret.fromSecretCompleteArn(
            stack,
            'Password',
            'arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry-try-AbCdEf',
          ),
          field: 'password',
        },
      },
      memoryMiB: 1024,
      graceSeconds: 30,
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
