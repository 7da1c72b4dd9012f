import { DnsProvider } from '../providers/dns-provider.ts'
import { DnsRecordSet } from '../providers/dns-record-set.ts'
import { Fn, type TerraformStack, TerraformVariable } from '../tf.ts'
import { addressRecords, nameIn, type RecordsProps } from './records.ts'

/** By dynamic updates, which any authoritative server of one's own takes: https://www.rfc-editor.org/rfc/rfc2136 */
export function makeRfc2136Records(stack: TerraformStack, props: RecordsProps<'rfc2136'>): void {
  const { domain, dns } = props
  const { server, port, zone, keyName, keyAlgorithm, ttl } = dns
  const key =
    keyName === undefined ? {} : { key_name: dotted(keyName), key_algorithm: keyAlgorithm, key_secret: keySecret(stack).stringValue }
  new DnsProvider(stack, { update: [{ server, port, ...key }] })
  // The zone's own name is no name within it.
  const name = nameIn(zone, domain, null, Fn.trimsuffix(domain, `.${zone}`))
  for (const { type, id, addresses } of addressRecords(props)) {
    new DnsRecordSet(stack, id, type, { attributes: { zone: dotted(zone), name, addresses, ttl } })
  }
}

/** A provider's own variable for it is not enough: beside the key's name it wants the secret as well. It gets into no state. */
const keySecret = (stack: TerraformStack) =>
  new TerraformVariable(stack, 'dns_key_secret', {
    type: 'string',
    nullable: false,
    sensitive: true,
    description: "The secret of the TSIG key that signs the zone's updates, in base64.",
  })

const dotted = (name: string) => (name.endsWith('.') ? name : `${name}.`)
