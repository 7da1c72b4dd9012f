import { TerraformOutput, type TerraformStack } from '../tf.ts'
import { makeCloudflareRecords } from './cloudflare-records.ts'
import { makeNifcloudRecords } from './nifcloud-records.ts'
import { type Dns, type RecordsProps, zoneLines } from './records.ts'
import { makeRfc2136Records } from './rfc2136-records.ts'
import { makeRoute53Records } from './route53-records.ts'

type Ways = { readonly [By in Dns['by']]: (stack: TerraformStack, props: RecordsProps<By>) => void }

const ways: Ways = {
  manual: printRecords,
  rfc2136: makeRfc2136Records,
  route53: makeRoute53Records,
  cloudflare: makeCloudflareRecords,
  nifcloud: makeNifcloudRecords,
}

/** Adds the records by which the domain leads to the host, in the way that its zone needs; or prints them, for a person to make. */
export function makeRecords<By extends Dns['by']>(stack: TerraformStack, by: By, props: RecordsProps<By>): void {
  ways[by](stack, props)
}

function printRecords(stack: TerraformStack, props: RecordsProps<'manual'>): void {
  new TerraformOutput(stack, 'dns_records', { value: zoneLines(props), description: 'The records to make in the zone of the domain.' })
}
