import { Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { expect, test } from 'vitest'
import { Registry } from '../../../lib/aws/registry.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { awsEnvironment, synthesize, testApp } from './synthesize.ts'

const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook-AbCdEf'
const told = (secret: string) => ({
  notifications: {
    endpoints: [
      { name: 'a', url: 'https://a.example', headers: { Authorization: [{ secret }] } },
      { name: 'b', url: { secret } },
    ],
  },
})
const variables = ['REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION_0', 'REGISTRY_NOTIFICATIONS_ENDPOINTS_1_URL']

const deployed = (host: string) =>
  synthesize([
    awsEnvironment(
      'told',
      `storage: {driver: s3, bucket: images}
host: {region: eu-west-1, ${host}}
domain: a.example.com
dns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}
registry: ${JSON.stringify(told(arn))}
`,
    ),
  ]).template('registry-told')

test('a secret that the file names is the whole text of one in Secrets Manager, which the task may read', () => {
  const template = deployed('kind: fargate')

  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Secrets: Match.arrayWith(variables.map(Name => ({ Name, ValueFrom: arn }))) })],
  })
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: Match.arrayWith([arn]) }),
      ]),
    },
  })
}, 60_000)

test('an instance fetches it by its ARN, without the field of any JSON', () => {
  const [group] = Object.values(deployed('kind: instance').findResources('AWS::EC2::LaunchTemplate'))
  const text = JSON.stringify(group).replaceAll('\\n', '\n')

  for (const name of variables) expect(text.split('\n')).toContain(`${name} ${arn}`)
}, 60_000)

test('in an app of CDK it may be a secret that is made there', () => {
  const stack = new Stack(testApp(), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } })
  const secret = new Secret(stack, 'Hook')
  new Registry(stack, 'Registry', {
    domainName: 'a.example.com',
    certificate: Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/given'),
    image: 'ghcr.io/acme/registry:1',
    appFolder: stubAppFolder(),
    config: told(secret.secretArn),
  })

  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Secrets: Match.arrayWith(variables.map(Name => ({ Name, ValueFrom: stack.resolve(secret.secretArn) }))) }),
    ],
  })
}, 60_000)
