import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What AWS answers: a document, or a refusal by its code. */
export type AwsAnswer = { readonly xml: string } | { readonly json: object } | { readonly refused: string; readonly status?: number }

/** By the service and its action: `ssm GetParameter`; S3 and Route 53 by their paths: `s3 /images`. */
export type AwsAnswers = Readonly<Record<string, AwsAnswer>>

const stackOf = (resource: string) =>
  `<DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail><PhysicalResourceId>${resource}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus></StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>`

/** That of a stack which has the resource asked for. */
export const inStack = (resource: string): AwsAnswer => ({ xml: stackOf(resource) })

export const quota = (Value: number): AwsAnswer => ({ json: { Quota: { Value } } })

export const items = (list: string, count: number): AwsAnswer => ({
  xml: `<Response><${list}>${'<item><id>1</id></item>'.repeat(count)}</${list}></Response>`,
})

export const hostedZone = (name: string, servers: readonly string[], isPrivate = false): AwsAnswer => ({
  xml: `<GetHostedZoneResponse><HostedZone><Name>${name}</Name><Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone><DelegationSet><NameServers>${servers.map(server => `<NameServer>${server}</NameServer>`).join('')}</NameServers></DelegationSet></GetHostedZoneResponse>`,
})

/** An account in which nothing is in the way of a deployment, and nothing was deployed yet. */
export const emptyAccount: AwsAnswers = {
  'sts GetCallerIdentity': {
    xml: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/me</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  },
  'ssm GetParameter': { json: { Parameter: { Value: '28' } } },
  's3 /images': { refused: 'NoSuchBucket', status: 404 },
  'cloudformation DescribeStacks': { refused: 'ValidationError' },
  'cloudformation DescribeStackResource': { refused: 'ValidationError' },
  'ec2 DescribeVpcs': items('vpcSet', 1),
  'ec2 DescribeAddresses': items('addressesSet', 0),
  'ec2 DescribeInstanceTypes': {
    xml: '<Response><instanceTypeSet><item><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo></item></instanceTypeSet></Response>',
  },
  'servicequotas GetServiceQuota': quota(5),
  'route53 /2013-04-01/hostedzone/Z0123456789': hostedZone('example.com.', ['ns-1.awsdns-1.com']),
}

/**
 * AWS as far as it is asked, for what no emulator knows: refusals, quotas, other people's buckets. What it does not know it refuses as invalid.
 *
 * @returns its address
 */
export async function awsDouble(answers: AwsAnswers): Promise<string> {
  const server = createServer(async (request, response) => {
    const service = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned'
    const question = `${service} ${await questionIn(request, service)}`
    const answer = answers[question] ?? { refused: `Unasked:${question}` }
    if ('json' in answer) return void response.end(JSON.stringify(answer.json))
    if ('xml' in answer) return void response.end(answer.xml)
    const isJson = request.headers['x-amz-target'] !== undefined
    response.writeHead(answer.status ?? 400)
    response.end(isJson ? JSON.stringify({ __type: answer.refused }) : `<Error><Code>${answer.refused}</Code></Error>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function questionIn(request: IncomingMessage, service: string): Promise<string> {
  const body = await text(request)
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') return target.replace(/^.*\./, '')
  if (service === 's3' || service === 'route53') return request.url?.replace(/\?.*$/, '') ?? ''
  return new URLSearchParams(body).get('Action') ?? ''
}
