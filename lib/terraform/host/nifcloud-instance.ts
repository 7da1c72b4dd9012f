import { createHash } from 'node:crypto'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { reach } from '../../environment/reach.ts'
import { literal } from '../literal.ts'
import { NifcloudElasticIp } from '../providers/nifcloud-elastic-ip.ts'
import { NifcloudImage } from '../providers/nifcloud-image.ts'
import { NifcloudInstance } from '../providers/nifcloud-instance.ts'
import { NifcloudKeyPair } from '../providers/nifcloud-key-pair.ts'
import { NifcloudProvider } from '../providers/nifcloud-provider.ts'
import { NifcloudSecurityGroup, NifcloudSecurityGroupRule } from '../providers/nifcloud-security-group.ts'
import type { TerraformStack } from '../tf.ts'
import { installDocker } from './install-docker.ts'
import type { MadeHost } from './made-host.ts'

export type Instance = NonNullable<CdktfEnvironment['host']['instance']>

/** What addresses in the state begin with, and the account's provider is called: they must never change. */
const id = 'host'
const user = 'root'

/**
 * A server of NIFCLOUD with Docker: a key pair, a firewall, an elastic IP, and a start-up script.
 *
 * It stands in the data stack, since the app stack's provider must know where the engine is before it can plan anything.
 */
export function makeNifcloudInstance(stack: TerraformStack, environment: CdktfEnvironment, instance: Instance): MadeHost {
  const { zone, type, image, publicKey, admit } = instance
  // Beside one that makes a bucket, and has other keys.
  const provider = new NifcloudProvider(stack, { region: regionOf(zone) }, id)
  const name = shortName(environment.name)
  const standard = new NifcloudImage(stack, `${id}-image`, { name: image, provider })
  const key = new NifcloudKeyPair(stack, `${id}-key`, {
    provider,
    attributes: { key_name: `${name}key`, public_key: Buffer.from(publicKey).toString('base64') },
  })
  const group = new NifcloudSecurityGroup(stack, `${id}-firewall`, { provider, attributes: { group_name: name, availability_zone: zone } })
  const address = new NifcloudElasticIp(stack, `${id}-address`, { provider, attributes: { ip_type: false, availability_zone: zone } })
  const rules = [
    ...admit.map((range, index) => ({ rule: `ssh-${index}`, port: 22, range })),
    ...openPorts(environment).map(port => ({ rule: `port-${port}`, port, range: '0.0.0.0/0' })),
  ].map(
    ({ rule, port, range }) =>
      new NifcloudSecurityGroupRule(stack, rule, {
        provider,
        attributes: {
          security_group_names: [`\${${group.fqn}.group_name}`],
          type: 'IN',
          protocol: 'TCP',
          from_port: port,
          to_port: port,
          cidr_ip: range,
        },
      }),
  )
  const made = new NifcloudInstance(stack, id, {
    provider,
    // A newer image of the same name, or another script in a later version of this kit, is no reason to make the host anew.
    ignoreChanges: ['image_id', 'user_data'],
    dependsOn: rules,
    attributes: {
      instance_id: name,
      availability_zone: zone,
      image_id: `\${${standard.fqn}.id}`,
      instance_type: type,
      accounting_type: '2',
      key_name: `\${${key.fqn}.key_name}`,
      security_group: `\${${group.fqn}.group_name}`,
      user_data: literal(installDocker),
      network_interface: [
        { network_id: 'net-COMMON_GLOBAL', ip_address: `\${${address.fqn}.public_ip}` },
        { network_id: 'net-COMMON_PRIVATE' },
      ],
    },
  })
  return { user, address: `\${${address.fqn}.public_ip}`, identity: `\${${made.fqn}.unique_id}` }
}

/** What everybody may reach: nothing, where the registry is for the host itself alone. */
function openPorts(environment: CdktfEnvironment): readonly number[] {
  const { port, redirectPort } = reach(environment)
  return [port?.loopback ? undefined : port?.number, redirectPort].filter(each => each !== undefined)
}

const regionOf = (zone: string) => `jp-${zone.slice(0, -1)}`

/** NIFCLOUD's names have at most 15 letters and digits. */
function shortName(environment: string): string {
  const hash = createHash('sha256').update(environment).digest('hex')
  return `${environment.replaceAll('-', '').slice(0, 9)}${hash.slice(0, 6)}`
}
