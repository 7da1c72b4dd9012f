import { CfnOutput, type Stack } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { dataParameter } from './data-parameters.ts'
import type { HostTarget } from './host/host.ts'
import type { RunningRegistry } from './running-registry.ts'

/** What a deployment of the registry prints: where it is, and how to get in. CloudFormation takes letters and digits alone for the names. */
export function addAppOutputs(stack: Stack, environment: CdkEnvironment, { host, logGroup }: RunningRegistry): void {
  const output = (name: string, value: string, description: string) => new CfnOutput(stack, name, { value, description })
  const { name, domain, dns } = environment
  const { certificate, auth } = reach(environment)
  output('url', host.url, 'Where the registry is reached.')
  if (auth.by !== 'none') {
    output(
      'loginCommand',
      `docker login ${host.url.replace(/^https?:\/\//, '')} --username ${auth.user}`,
      'How clients sign in; it asks for the password.',
    )
    output('passwordCommand', passwordCommand(stack.region, name), "How the first user's password is read.")
  }
  output('certificateRenewal', renewals[certificate.by] ?? '', 'Who renews the certificate.')
  output('logGroup', logGroup.logGroupName, 'The log, in CloudWatch Logs.')
  if (domain !== undefined && dns?.by !== 'route53' && host.target) {
    output('dnsRecords', recordsFor(domain, host.target), 'The records that the name needs.')
  }
  for (const [id, { value, description }] of Object.entries(host.outputs)) output(id, value, description)
}

/** By the name of the stored parameter: the ARN of the secret ends in characters that nobody could guess. */
function passwordCommand(region: string, name: string): string {
  const arn = `$(aws ssm get-parameter --region ${region} --name ${dataParameter(name, 'user')} --query Parameter.Value --output text)`
  return `aws secretsmanager get-secret-value --region ${region} --secret-id "${arn}" --query SecretString --output text`
}

const renewals: Readonly<Record<string, string>> = {
  acm: 'AWS Certificate Manager renews it, as long as its record stays in the zone.',
  import: 'Whoever put it into AWS Certificate Manager; what AWS issued, it renews.',
  letsencrypt: 'The registry renews it by itself, and keeps it in the bucket.',
  none: 'There is none: plain HTTP.',
}

function recordsFor(domain: string, target: HostTarget): string {
  if ('alias' in target) return `${domain}. CNAME ${target.name}.`
  return [`${domain}. A ${target.ipv4}`, ...(target.ipv6 === undefined ? [] : [`${domain}. AAAA ${target.ipv6}`])].join('; ')
}
