import type { Template } from 'aws-cdk-lib/assertions'
import { hours, type Price, prices } from './prices.ts'

/** What a small team does in a month, for all shapes alike. */
export const usage = { storedGB: 50, logGB: 1, pushes: 1000, pulls: 10_000, trafficGB: 100 } as const

/** Of an image of five layers, as `test/e2e/s3/requests.e2e.ts` counts them. The first are paid as PUT (writes and lists), the others as GET. */
const push = { put: 18, get: 6 }
const pull = { put: 0, get: 8 }

/** What of a deployment is paid by the hour or the month, as its templates say. */
export interface Bill {
  readonly instance: boolean
  readonly diskGB: number
  readonly vcpus: number
  readonly memoryGB: number
  readonly balancers: number
  readonly addresses: number
  readonly secrets: number
  readonly alarms: number
  readonly metrics: number
  readonly dashboards: number
}

export function billOf(data: Template, app: Template): Bill {
  const all = (type: string) =>
    [data, app].flatMap(template => Object.values(template.findResources(type)).map(({ Properties }) => Properties))
  const [host] = all('AWS::EC2::LaunchTemplate')
  const [task] = all('AWS::ECS::TaskDefinition')
  const [scaled] = all('AWS::ApplicationAutoScaling::ScalableTarget')
  const [service] = all('AWS::ECS::Service')
  const balancers = all('AWS::ElasticLoadBalancingV2::LoadBalancer')
  const tasks: number = scaled?.MinCapacity ?? 0
  const isPublic = service?.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp === 'ENABLED'
  return {
    instance: host?.LaunchTemplateData.InstanceType === 't4g.small',
    diskGB: host?.LaunchTemplateData.BlockDeviceMappings[0].Ebs.VolumeSize ?? 0,
    vcpus: (tasks * Number(task?.Cpu ?? 0)) / 1024,
    memoryGB: (tasks * Number(task?.Memory ?? 0)) / 1024,
    balancers: balancers.length,
    // One for each zone of a load balancer, and one for each task.
    addresses: all('AWS::EC2::EIP').length + (isPublic ? tasks : 0) + balancers.flatMap(({ Subnets }) => Subnets).length,
    secrets: all('AWS::SecretsManager::Secret').length,
    // Autoscaling by a target makes two of its own for each policy.
    alarms: all('AWS::CloudWatch::Alarm').length + 2 * all('AWS::ApplicationAutoScaling::ScalingPolicy').length,
    // The instance tells of itself: whether it answers, how soon, and when its certificate ends.
    metrics: all('AWS::Logs::MetricFilter').length + (host ? 3 : 0),
    dashboards: all('AWS::CloudWatch::Dashboard').length,
  }
}

interface Row {
  readonly what: string
  readonly price: string
  readonly costs: readonly number[]
}

export function rowsOf(bills: readonly Bill[]): readonly Row[] {
  const row = (what: string, used: readonly Price[], cost: (bill: Bill) => number): Row => ({
    what,
    price: used.map(({ usd, per, verified }) => `${usd} per ${per}${verified ? '' : '\\*'}`).join(', '),
    costs: bills.map(cost),
  })
  const thousands = (kind: 'put' | 'get') => (usage.pushes * push[kind] + usage.pulls * pull[kind]) / 1000
  const { t4gSmall, disk, vcpu, memory, balancer, lcu, address, zone, secret, alarm, metric, dashboard, log, stored, put, get } = prices
  return [
    row('instance, t4g.small', [t4gSmall], ({ instance }) => (instance ? t4gSmall.usd * hours : 0)),
    row('its disk, 8 GB', [disk], ({ diskGB }) => disk.usd * diskGB),
    row('tasks on Fargate, ARM', [vcpu, memory], ({ vcpus, memoryGB }) => (vcpu.usd * vcpus + memory.usd * memoryGB) * hours),
    // One unit of capacity is 1 GB in an hour.
    row('load balancer', [balancer, lcu], ({ balancers }) => balancers * (balancer.usd * hours + lcu.usd * usage.trafficGB)),
    row('public IPv4 addresses', [address], ({ addresses }) => address.usd * hours * addresses),
    row('hosted zone', [zone], () => zone.usd),
    row('secrets', [secret], ({ secrets }) => secret.usd * secrets),
    row(
      'alarms, figures, a dashboard',
      [alarm, metric, dashboard],
      bill => alarm.usd * bill.alarms + metric.usd * bill.metrics + dashboard.usd * bill.dashboards,
    ),
    row(`log, ${usage.logGB} GB`, [log], () => log.usd * usage.logGB),
    row(`images, ${usage.storedGB} GB`, [stored], () => stored.usd * usage.storedGB),
    row('requests to S3', [put, get], () => put.usd * thousands('put') + get.usd * thousands('get')),
  ]
}

/** The table as a page has it. */
export function tableOf(names: readonly string[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const money = (usd: number) => (usd === 0 ? '–' : usd.toFixed(2))
  return [
    line(['USD a month', 'price', ...names]),
    line(['---', '---', ...names.map(() => '---:')]),
    ...rows.map(({ what, price, costs }) => line([what, price, ...costs.map(money)])),
    line(['**together**', '', ...sumsOf(rows).map(sum => `**${money(sum)}**`)]),
  ].join('\n')
}

export const sumsOf = (rows: readonly Row[]): readonly number[] =>
  (rows[0]?.costs ?? []).map((_, column) => rows.reduce((sum, { costs }) => sum + (costs[column] ?? 0), 0))
