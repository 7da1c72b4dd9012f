import { z } from 'zod'
import { bad, type Finding, good, lacking, skipped } from '../../../registry-app/src/doctor/probe.ts'
import { childrenOf, textOf, type XmlElement } from '../../../registry-app/src/s3/xml.ts'
import { keepsAddress } from '../../environment/aws/keeps-address.ts'
import type { CdkEnvironment } from '../../environment/environment.ts'
import type { AwsAccount } from './account.ts'
import type { AwsCheck } from './aws-check.ts'
import { AwsRefusal } from './refusal.ts'
import { stackIsThere, stackResource } from './stack-resource.ts'

interface Quota {
  readonly what: string
  readonly service: string
  /** https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html; `aws service-quotas list-service-quotas` lists them. */
  readonly code: string
}

const vpcs: Quota = { what: 'VPCs', service: 'vpc', code: 'L-F678F1CE' }
const elasticIps: Quota = { what: 'elastic IPs', service: 'ec2', code: 'L-0263D0A3' }
/** Of the families A, C, D, H, I, M, R, T and Z; the others have quotas of their own. */
const instanceVcpus: Quota = { what: 'vCPUs of instances', service: 'ec2', code: 'L-1216C47A' }
const fargateVcpus: Quota = { what: 'vCPUs on Fargate', service: 'fargate', code: 'L-3032A538' }

/** How much of what accounts have few of the deployment needs: in new accounts, five VPCs, five addresses and a handful of processors. */
export const quotas: AwsCheck = {
  name: 'quotas',
  async ask(environment, { account }) {
    const { name, network, host } = environment
    const deployed = await stackIsThere(account, `registry-${name}`)
    const findings: Finding[] = []
    if (network.vpc === undefined && !deployed) findings.push(await room(account, vpcs, 1, 'DescribeVpcs', 'vpcSet'))
    const addresses = await addressesNeeded(environment, account, deployed)
    if (addresses > 0) findings.push(await room(account, elasticIps, addresses, 'DescribeAddresses', 'addressesSet'))
    if (host.kind === 'fargate') findings.push(await processors(account, host))
    else if (!deployed) findings.push(await processorsOf(account, host.instanceType))
    if (findings.length === 0) return skipped('nothing new is needed of what is counted')
    const worst = (['bad', 'lacking'] as const).find(verdict => findings.some(finding => finding.verdict === verdict)) ?? 'good'
    return { verdict: worst, says: findings.map(({ says }) => says).join('; ') }
  },
}

async function addressesNeeded(environment: CdkEnvironment, account: AwsAccount, deployed: boolean): Promise<number> {
  const kept = keepsAddress(environment) && (await stackResource(account, `registry-${environment.name}-data`, 'Address')) === undefined
  return (kept ? 1 : 0) + (deployed ? 0 : environment.network.natGateways)
}

/** Whether so many more of what can be counted have room. */
async function room(account: AwsAccount, quota: Quota, needed: number, action: string, list: string): Promise<Finding> {
  const [most, answer] = await Promise.all([value(account, quota), account.query('EC2', action, '2016-11-15')])
  const used = childrenOf(childrenOf(answer, list)[0] ?? none, 'item').length
  if (most === undefined) return lacking(`how many ${quota.what} the account may have is not told; it has ${used}`)
  const says = `${used} of ${most} ${quota.what} are used`
  return used + needed <= most ? good(says) : bad(`${says}, and ${needed} more needed: ${advice(quota, used + needed)}`)
}

/** What else runs there is not counted: Fargate tells nobody by a question. */
async function processors(
  account: AwsAccount,
  { cpu, minTasks, maxTasks }: Extract<CdkEnvironment['host'], { kind: 'fargate' }>,
): Promise<Finding> {
  const most = await value(account, fargateVcpus)
  if (most === undefined) return lacking(`how many ${fargateVcpus.what} the account may have is not told`)
  // An update starts as many as there are, and ends the old ones then.
  const [least, all] = [(2 * minTasks * cpu) / 1024, (maxTasks * cpu) / 1024]
  const says = `${most} ${fargateVcpus.what}`
  if (most < least) return bad(`${says}, and an update of ${minTasks} tasks takes ${least}: ${advice(fargateVcpus, least)}`)
  return most < all
    ? lacking(`${says}, and host.maxTasks takes ${all}: ${advice(fargateVcpus, all)}`)
    : good(`${says}, of which at most ${all} are needed`)
}

/** A new instance comes up beside the old one. What else runs there is not counted here either. */
async function processorsOf(account: AwsAccount, instanceType: string): Promise<Finding> {
  const each = await vcpusOf(account, instanceType)
  if (each === undefined) return bad(`${account.region} has no instance type ${instanceType}`)
  const most = /^[acdhimrtz]/.test(instanceType) ? await value(account, instanceVcpus) : undefined
  if (most === undefined) return lacking(`how many vCPUs of ${instanceType} the account may have is not told`)
  const says = `${most} ${instanceVcpus.what}`
  if (2 * each > most) return bad(`${says}, and an update of a ${instanceType} takes ${2 * each}: ${advice(instanceVcpus, 2 * each)}`)
  return good(`${says}, of which ${2 * each} are needed`)
}

async function vcpusOf(account: AwsAccount, instanceType: string): Promise<number | undefined> {
  try {
    const answer = await account.query('EC2', 'DescribeInstanceTypes', '2016-11-15', { 'InstanceType.1': instanceType })
    const [item] = childrenOf(childrenOf(answer, 'instanceTypeSet')[0] ?? none, 'item')
    const [info] = item ? childrenOf(item, 'vCpuInfo') : []
    return info && Number(textOf(info, 'defaultVCpus'))
  } catch (cause) {
    if (cause instanceof AwsRefusal && cause.refusal.code === 'InvalidInstanceType') return undefined
    throw cause
  }
}

const advice = ({ service, code }: Quota, wanted: number) =>
  `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${Math.ceil(wanted)}`

const answered = z.looseObject({ Quota: z.looseObject({ Value: z.number() }) })

/** The account's own, or where it never had one of its own, everybody's. */
async function value(account: AwsAccount, { service, code }: Quota): Promise<number | undefined> {
  for (const action of ['GetServiceQuota', 'GetAWSDefaultServiceQuota']) {
    try {
      const asked = { ServiceCode: service, QuotaCode: code }
      return answered.parse(await account.json('SERVICE_QUOTAS', `ServiceQuotasV20190624.${action}`, asked)).Quota.Value
    } catch (cause) {
      if (!(cause instanceof AwsRefusal) || cause.isDenied) throw cause
    }
  }
  return undefined
}

const none: XmlElement = { name: '', text: '', children: [] }
