import { parseXml, textOf } from '../../s3/xml.ts'
import { good, lacking, type Probe } from '../probe.ts'
import { settingOf } from './setting.ts'

/** Where old versions are kept, what is deleted is still paid for. */
export const versioning: Probe = {
  name: 'versioning',
  async ask(patient) {
    const { status, text } = await settingOf(patient, { operation: 'GetBucketVersioning', query: { versioning: '' } })
    if (status === 403) return good('not known, since these keys may not ask')
    if (status >= 300) return good('the store knows none')
    if (textOf(parseXml(text), 'Status') !== 'Enabled') return good('switched off, as a registry wants it')
    return lacking('switched on: what is deleted stays, and is paid for, until a lifecycle rule takes old versions', { versioned: true })
  },
}
