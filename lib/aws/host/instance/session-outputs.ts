import type { HostOutput } from '../host.ts'
import { instanceTag } from './names.ts'

export interface SessionOutputsProps {
  readonly region: string
  /** What the instance's tag says. */
  readonly name: string
  /** Where the registry is reached on the instance by plain HTTP. */
  readonly port: number | undefined
}

/** Commands of Session Manager. The instance is found by its tag: which one it is changes. */
export function sessionOutputs({ region, name, port }: SessionOutputsProps): Readonly<Record<string, HostOutput>> {
  const find = [
    `aws ec2 describe-instances --region ${region} --output text --query 'Reservations[0].Instances[0].InstanceId'`,
    `--filters Name=tag:${instanceTag},Values=${name} Name=instance-state-name,Values=running`,
  ].join(' ')
  const session = `aws ssm start-session --region ${region} --target "$(${find})"`
  const shell = { value: session, description: 'A shell on the instance. It needs the Session Manager plugin.' }
  if (port === undefined) return { shell }
  const value = `${session} --document-name AWS-StartPortForwardingSession --parameters portNumber=${port},localPortNumber=${port}`
  const description = `While this command runs, the registry is reached at localhost:${port}. It needs the Session Manager plugin.`
  return { shell, tunnel: { value, description } }
}
