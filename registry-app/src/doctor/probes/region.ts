import { parseXml } from '../../s3/xml.ts'
import { bestWay, type Patient } from '../patient.ts'
import { bad, good, type Probe } from '../probe.ts'
import { knock } from './knock.ts'
import { settingOf } from './setting.ts'

/** What signatures must name: version 4 signs the region, version 2 knows none. */
export const region: Probe = {
  name: 'region',
  async ask(patient) {
    const { target, facts } = patient
    if (facts.region !== undefined && facts.region !== target.region) {
      return bad(`it is ${facts.region}, and the configuration says ${target.region}`)
    }
    if (!facts.signing?.includes('v4')) return good('any: version 2 does not sign it')
    const any = await knock(patient, { ...bestWay(patient), signing: 'v4', region: 'nowhere-1' })
    const named = await location(patient)
    const own = named === undefined ? '' : `; it calls its own ${JSON.stringify(named)}`
    return good(any.believed ? `any is taken${own}` : `${target.region}, and no other is taken${own}`)
  },
}

/** GetBucketLocation, where it is known. Empty is Amazon's oldest region. */
async function location(patient: Patient): Promise<string | undefined> {
  const { status, text } = await settingOf(patient, { operation: 'GetBucketLocation', query: { location: '' } })
  if (status >= 300) return undefined
  return parseXml(text).text.trim() || 'us-east-1'
}
