import { expect, test } from 'vitest'
import { awsEnvironment, synthesize as synthesizeAws } from './aws/synthesize.ts'
import { dockerEnvironment, synthesize } from './terraform/synthesize.ts'

/** CloudFormation takes letters and digits alone for the names of outputs. */
const spelledByTerraform = (name: string) => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

test('what a deployment tells has the same names on AWS and on a Docker host', () => {
  const onDocker = synthesize([
    dockerEnvironment(
      'try',
      `storage: {driver: s3, provider: minio, endpoint: 'http://minio:9000', region: us-east-1, bucket: images}
domain: registry.example.com
dns: {by: manual, addresses: [203.0.113.5]}
`,
    ),
  ])
  const onAws = synthesizeAws([
    awsEnvironment(
      'try',
      `storage: {driver: s3, bucket: images}
host: {kind: instance, region: eu-west-1}
domain: registry.example.com
dns: {by: manual}
`,
    ),
  ])
  const names = ['registry-try-data', 'registry-try'].map(stack => ({
    docker: Object.keys(onDocker.stack(stack).output).filter(name => name !== 'password'),
    aws: Object.keys(onAws.template(stack).findOutputs('*')).map(spelledByTerraform),
  }))

  for (const { docker, aws } of names) expect(aws).toEqual(expect.arrayContaining(docker))
  expect(names.flatMap(({ docker }) => docker).toSorted()).toEqual([
    ...['bucket', 'certificate_renewal', 'dns_records', 'endpoint', 'kept', 'login_command', 'password_command', 'url'],
  ])
})
