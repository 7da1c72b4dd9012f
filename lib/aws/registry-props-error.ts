import type { Complaint } from '../environment/environment-error.ts'

/** What the props of the construct are called, by the keys of an environment's file that they stand for. */
const props: readonly (readonly [key: RegExp, prop: string])[] = [
  [/^domain$/, 'domainName'],
  [/^storage\.prefix$/, 'prefix'],
  [/^host\./, ''],
  [/^network\.private$/, 'internal'],
  [/^network\.admit/, 'admit'],
  [/^auth\.user$/, 'userName'],
  [/^monitoring\.logDays$/, 'logDays'],
  [/^registry(?=\.|$)/, 'config'],
]

/** Of what messages say. */
const inProps: readonly (readonly [inFile: string, prop: string])[] = [
  ['network.private', 'internal'],
  ['network.admit', 'admit'],
  ['host.', ''],
  ["belongs in this file's own storage section", 'follows from bucket and prefix'],
  ['has no place in this file', 'has no place in a template'],
  ["this file's own certificate section", 'the load balancer, which has the certificate'],
  ["this file's own auth section", 'userName'],
]

/** What is wrong with the props of a registry, in their own words: whoever writes an app has no file with those keys, nor lines in it. */
export function saidOfProps(path: string, complaints: readonly Complaint[]): string {
  const all = [...new Set(complaints.map(saidOf))]
  return [`${path}: its props have ${all.length === 1 ? 'one mistake' : `${all.length} mistakes`}:`, ...all.map(one => `  ${one}`)].join(
    '\n',
  )
}

function saidOf({ path, message, value }: Complaint): string {
  if (path === 'network.natGateways')
    return 'vpc: must be given beside internal and standby, one with a way out: no other registry is reached from that which is made'
  const prop = props.reduce((name, [key, prop]) => name.replace(key, prop), path)
  const words = inProps.reduce((text, [inFile, prop]) => text.replaceAll(inFile, prop), message)
  const said = value === undefined ? '' : isToken(value) ? ' (it is known only at the deployment)' : ` (it says ${JSON.stringify(value)})`
  return `${prop}: ${words}${said}`
}

/** Numbers of the CDK stand for what is not known yet as well, far below all others: https://github.com/aws/aws-cdk, core/lib/private/encoding.ts */
const isToken = (value: string) => Number(value) < -1e288 || value.includes('known-at-deployment-')
